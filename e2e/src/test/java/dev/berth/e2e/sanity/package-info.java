/** The CSI sanity suite of the Kubernetes project against our sockets. */
@NullMarked
package dev.berth.e2e.sanity;

import org.jspecify.annotations.NullMarked;
