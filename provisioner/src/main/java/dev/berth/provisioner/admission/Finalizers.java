package dev.berth.provisioner.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Protection from the first moment on: were it added later, a deletion in between would find
 * nothing to wait for.
 */
final class Finalizers {
  private Finalizers() {}

  /** As the admission plugin StorageObjectInUseProtection does it. */
  static void add(HasMetadata object, String finalizer) {
    List<String> all = new ArrayList<>(object.getMetadata().getFinalizers());
    if (!all.contains(finalizer)) {
      all.add(finalizer);
      object.getMetadata().setFinalizers(all);
    }
  }
}
