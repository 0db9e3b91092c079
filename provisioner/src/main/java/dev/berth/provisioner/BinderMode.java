package dev.berth.provisioner;

/** Who binds the claims that this program provisions in a Kubernetes cluster. */
public enum BinderMode {
  /**
   * We do, while the admission policy is in force that keeps kube-controller-manager from marking
   * such claims Lost; else it does.
   */
  AUTO,
  /** kube-controller-manager does. */
  OFF,
  /**
   * We do, and every other claim and volume of the cluster as well: kube-controller-manager runs
   * without its persistentvolume-binder-controller.
   */
  FULL
}
