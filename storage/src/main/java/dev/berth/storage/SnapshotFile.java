package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** What {@code snapshot.json} says. */
record SnapshotFile(Snapshot snapshot) {
  static final String NAME = "snapshot.json";
  private static final Set<String> FIELDS =
      Set.of("format", "id", "name", "source", "size", "held", "content", "created");

  byte[] bytes() {
    ObjectNode node =
        Document.begin()
            .put("id", snapshot.id().toString())
            .put("name", snapshot.name())
            .put("source", snapshot.source().toString())
            .put("size", snapshot.size().value())
            .put("held", snapshot.held().value());
    ContentFields.write(snapshot.content(), node.putObject("content"));
    node.put("created", snapshot.created().toString());
    return Document.seal(node);
  }

  /**
   * Reads one.
   *
   * @param id what the file must say that it is, by the place where it lies
   */
  static SnapshotFile of(Path file, byte[] bytes, SnapshotId id, PoolName pool) {
    Fields fields = new Fields(file, Document.open(file, bytes));
    fields.only(FIELDS, Document.FORMAT);
    if (!fields.text("id").equals(id.toString())) {
      throw fields.wrong(
          "id", Quoted.of(fields.text("id")) + " is not " + id + ", as its folder says");
    }
    try {
      return new SnapshotFile(
          new Snapshot(
              id,
              fields.text("name"),
              pool,
              fields.parsedOptional("source", "is not the id of a volume", VolumeId::parse),
              fields.bytes("size"),
              fields.bytes("held"),
              ContentFields.read(fields.object("content")),
              fields.parsed("created", "is not a time", Instant::parse),
              file.resolveSibling(VolumeFile.IMAGE)));
    } catch (VolumeException.Invalid e) {
      throw new VolumeException.Damaged(file + ": " + e.getMessage(), e);
    }
  }
}
