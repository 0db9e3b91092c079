package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** What {@code snapshot.json} says. */
record SnapshotFile(Snapshot snapshot) {
  static final String NAME = "snapshot.json";
  private static final Set<String> FIELDS =
      Set.of("format", "id", "name", "source", "size", "held", "content", "created");

  /** Since which there are groups, and snapshots that are not yet whole. */
  private static final int NEWEST = 2;

  private static final Set<String> FIELDS_OF_2 = Set.of("group", "copied");

  byte[] bytes() {
    ObjectNode node =
        Document.begin(format())
            .put("id", snapshot.id().toString())
            .put("name", snapshot.name())
            .put("source", snapshot.source().toString())
            .put("size", snapshot.size().value())
            .put("held", snapshot.held().value());
    ContentFields.write(snapshot.content(), node.putObject("content"));
    node.put("created", snapshot.created().toString());
    snapshot.group().ifPresent(group -> node.put("group", group.toString()));
    snapshot.copied().ifPresent(copied -> node.put("copied", copied.value()));
    return Document.seal(node);
  }

  /** One that a release before groups can read stays so. */
  private int format() {
    return snapshot.group().isPresent() || !snapshot.isWhole() ? NEWEST : Document.FORMAT;
  }

  /**
   * Reads one.
   *
   * @param id what the file must say that it is, by the place where it lies
   */
  static SnapshotFile of(Path file, byte[] bytes, SnapshotId id, PoolName pool) {
    ObjectNode content = Document.open(file, bytes, NEWEST);
    Fields fields = new Fields(file, content);
    Set<String> known = new HashSet<>(FIELDS);
    if (Document.format(content) == NEWEST) {
      known.addAll(FIELDS_OF_2);
    }
    fields.only(known, Document.format(content));
    if (!fields.text("id").equals(id.toString())) {
      throw fields.wrong(
          "id", Quoted.of(fields.text("id")) + " is not " + id + ", as its folder says");
    }
    try {
      Content held = ContentFields.read(fields.object("content"));
      return new SnapshotFile(
          new Snapshot(
              id,
              fields.text("name"),
              pool,
              fields.parsedOptional("source", "is not the id of a volume", VolumeId::parse),
              fields.bytes("size"),
              fields.bytes("held"),
              held,
              fields.parsed("created", "is not a time", Instant::parse),
              fields
                  .optionalText("group")
                  .map(
                      text ->
                          GroupId.parse(text)
                              .orElseThrow(() -> fields.wrong("group", "is not a group's id"))),
              fields.optionalBytes("copied"),
              file.resolveSibling(VolumeFile.nameOf(held))));
    } catch (VolumeException.Invalid e) {
      throw new VolumeException.Damaged(file + ": " + e.getMessage(), e);
    }
  }
}
