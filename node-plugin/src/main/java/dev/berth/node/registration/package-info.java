/**
 * Makes drivers known to the kubelet, in process: a socket for each in the folder that the kubelet
 * watches, on which it asks who we are and says whether it takes us ({@link
 * dev.berth.node.registration.KubeletRegistration}).
 */
@NullMarked
package dev.berth.node.registration;

import org.jspecify.annotations.NullMarked;
