package dev.berth.provisioner.pod;

/**
 * The kinds of volumes that have a folder of their own in a pod's, with a kubelet's names for them.
 */
enum Plugin {
  EMPTY_DIR("empty-dir"),
  CONFIG_MAP("configmap"),
  SECRET("secret"),
  DOWNWARD_API("downward-api"),
  PROJECTED("projected"),
  LOCAL("local-volume");

  private final String word;

  Plugin(String word) {
    this.word = word;
  }

  /** Whether what is in it is the pod's, and goes with the pod. */
  boolean isThePods() {
    return this != LOCAL;
  }

  /** The folder below {@code pods/UID/volumes}. */
  String folder() {
    return "kubernetes.io~" + word;
  }
}
