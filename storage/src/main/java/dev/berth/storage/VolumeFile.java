package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code volume.json} says.
 *
 * @param growingTo the size that an expansion was making when it was written; the image is then
 *     between the two
 */
record VolumeFile(Volume volume, Optional<Bytes> growingTo) {
  static final String NAME = "volume.json";
  static final String IMAGE = "image";
  private static final Set<String> FIELDS =
      Set.of(
          "format",
          "id",
          "name",
          "size",
          "growingTo",
          "content",
          "allocation",
          "undelete",
          "parameters",
          "claim",
          "created");

  VolumeFile {
    if (growingTo.isPresent() && !growingTo.get().isMoreThan(volume.size())) {
      throw new VolumeException.Invalid(
          "growingTo " + growingTo.get().value() + " is not above size " + volume.size().value());
    }
  }

  static VolumeFile of(Volume volume) {
    return new VolumeFile(volume, Optional.empty());
  }

  /** What it counts in its pool. */
  Bytes promise() {
    return growingTo.orElse(volume.size());
  }

  byte[] bytes() {
    ObjectNode node =
        Document.begin()
            .put("id", volume.id().toString())
            .put("name", volume.name())
            .put("size", volume.size().value());
    growingTo.ifPresent(g -> node.put("growingTo", g.value()));
    write(volume.content(), node.putObject("content"));
    node.put("allocation", volume.allocation().word());
    node.put("undelete", volume.undelete().toString());
    ObjectNode parameters = node.putObject("parameters");
    new TreeMap<>(volume.parameters()).forEach(parameters::put);
    volume
        .claim()
        .ifPresent(
            c ->
                node.putObject("claim")
                    .put("namespace", c.namespace())
                    .put("name", c.name())
                    .put("volume", c.volume()));
    node.put("created", volume.created().toString());
    return Document.seal(node);
  }

  /**
   * Reads one.
   *
   * @param id what the file must say that it is, by the place where it lies
   */
  static VolumeFile of(Path file, byte[] bytes, VolumeId id, PoolName pool) {
    Fields fields = new Fields(file, Document.open(file, bytes));
    fields.only(FIELDS);
    if (!fields.text("id").equals(id.toString())) {
      throw fields.wrong(
          "id", Quoted.of(fields.text("id")) + " is not " + id + ", as its folder says");
    }
    try {
      Volume volume =
          new Volume(
              id,
              fields.text("name"),
              pool,
              fields.bytes("size"),
              content(fields.object("content")),
              fields.parsedOptional("allocation", "is neither thin nor thick", Allocation::parse),
              fields.parsed("undelete", "is not a duration", Duration::parse),
              fields.object("parameters").texts(),
              fields.optionalObject("claim").map(VolumeFile::claim),
              fields.parsed("created", "is not a time", Instant::parse),
              file.resolveSibling(IMAGE));
      return new VolumeFile(volume, fields.optionalBytes("growingTo"));
    } catch (VolumeException.Invalid e) {
      throw new VolumeException.Damaged(file + ": " + e.getMessage(), e);
    }
  }

  private static void write(Content content, ObjectNode node) {
    switch (content) {
      case Content.Filesystem(FsType type) ->
          node.put("kind", "filesystem").put("type", type.kernelName());
      case Content.Block(Bytes blockSize) ->
          node.put("kind", "block").put("blockSize", blockSize.value());
    }
  }

  private static Content content(Fields fields) {
    return switch (fields.text("kind")) {
      case "filesystem" ->
          new Content.Filesystem(
              fields.parsedOptional("type", "is none of " + FsType.supported(), FsType::parse));
      case "block" -> new Content.Block(fields.bytes("blockSize"));
      default -> throw fields.wrong("kind", "is neither filesystem nor block");
    };
  }

  private static Claim claim(Fields fields) {
    return new Claim(fields.text("namespace"), fields.text("name"), fields.text("volume"));
  }
}
