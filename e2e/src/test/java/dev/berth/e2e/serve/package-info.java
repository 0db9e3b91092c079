/**
 * {@code berth serve} as a process against a real API server, with nothing else of a cluster: what
 * a kubelet, a scheduler and kube-controller-manager would do, the tests do.
 */
@NullMarked
package dev.berth.e2e.serve;

import org.jspecify.annotations.NullMarked;
