package dev.berth.provisioner.claim;

/** How much of a claim's way to its volume is ours. */
public enum Share {
  /** All of it: there is no kube-controller-manager. */
  EVERYTHING,
  /**
   * All of it but making volumes, which the nodes of the driver do: there is no binder of
   * Kubernetes.
   */
  MATCHING,
  /**
   * Beside kube-controller-manager, volumes are made without waiting for its word, and bound: while
   * its guard is in force.
   */
  BINDING,
  /** Volumes are made when kube-controller-manager asks, which then binds them. */
  PROVISIONING
}
