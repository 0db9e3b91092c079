package dev.berth.provisioner.pod;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Iterator;

/** The kind of a pod's volume, as the manifest names it. */
final class VolumeKind {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VolumeKind() {}

  /** The name of the source, for example {@code configMap}; empty when the volume has none. */
  static String of(Volume volume) {
    // Written out, a volume has its name and one more field: kinds that this version does not know
    // are named like all others.
    for (Iterator<String> fields = JSON.valueToTree(volume).fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!field.equals("name")) {
        return field;
      }
    }
    return "";
  }
}
