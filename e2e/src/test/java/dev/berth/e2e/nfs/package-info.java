/**
 * Volumes of kind nfs on one machine, with the kernel's own server and client on another kernel:
 * what pods share, what they are refused, and what happens when the server dies.
 */
@NullMarked
package dev.berth.e2e.nfs;

import org.jspecify.annotations.NullMarked;
