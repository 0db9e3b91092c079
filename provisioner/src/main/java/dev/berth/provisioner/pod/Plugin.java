package dev.berth.provisioner.pod;

import java.nio.file.Path;

/**
 * The kinds of volumes that have a folder of their own in a pod's, with a kubelet's names for them.
 */
enum Plugin {
  EMPTY_DIR("empty-dir"),
  CONFIG_MAP("configmap"),
  SECRET("secret"),
  DOWNWARD_API("downward-api"),
  PROJECTED("projected"),
  LOCAL("local-volume"),
  LOCAL_DEVICE("local-volume"),
  NFS("nfs");

  private final String word;

  Plugin(String word) {
    this.word = word;
  }

  /** Whether what is in it is the pod's, and goes with the pod. */
  boolean isThePods() {
    return this != LOCAL && this != LOCAL_DEVICE && this != NFS;
  }

  /** The folder below the pod's: a container sees a device by another way than a filesystem. */
  Path folder() {
    return Path.of(this == LOCAL_DEVICE ? "volumeDevices" : "volumes", "kubernetes.io~" + word);
  }
}
