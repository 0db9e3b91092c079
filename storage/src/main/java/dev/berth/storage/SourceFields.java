package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A {@link Source} in the record of a volume. */
final class SourceFields {
  private static final String SNAPSHOT = "snapshot";
  private static final String VOLUME = "volume";

  private SourceFields() {}

  static void write(Source source, ObjectNode node) {
    switch (source) {
      case Source.OfSnapshot(SnapshotId id) -> node.put(SNAPSHOT, id.toString());
      case Source.OfVolume(VolumeId id) -> node.put(VOLUME, id.toString());
    }
  }

  static Source read(Fields fields) {
    return fields.optionalText(SNAPSHOT).isPresent()
        ? new Source.OfSnapshot(
            fields.parsedOptional(SNAPSHOT, "is not the id of a snapshot", SnapshotId::parse))
        : new Source.OfVolume(
            fields.parsedOptional(VOLUME, "is not the id of a volume", VolumeId::parse));
  }
}
