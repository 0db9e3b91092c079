package dev.berth.provisioner.cluster.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * A mark on objects of which something was taken away, so that they are never sent back as if they
 * were whole. Builders copy it along.
 */
final class Trimmed {
  static final String MARK = "berth-trimmed";

  private Trimmed() {}

  static void mark(HasMetadata object) {
    object.getMetadata().setAdditionalProperty(MARK, true);
  }

  static boolean is(HasMetadata object) {
    return object.getMetadata().getAdditionalProperties().containsKey(MARK);
  }
}
