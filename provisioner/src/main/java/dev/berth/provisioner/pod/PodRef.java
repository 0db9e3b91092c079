package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Key;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;

/**
 * One pod, which is more than its name: a pod deleted and made again is another one.
 *
 * @param key namespace and name
 * @param uid its uid, which names its folder
 */
record PodRef(Key key, String uid) {
  static PodRef of(Pod pod) {
    return new PodRef(Key.of(pod), pod.getMetadata().getUid());
  }

  ObjectReference reference() {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Pod")
        .withNamespace(key.namespace())
        .withName(key.name())
        .withUid(uid)
        .build();
  }

  @Override
  public String toString() {
    return "pod " + key;
  }
}
