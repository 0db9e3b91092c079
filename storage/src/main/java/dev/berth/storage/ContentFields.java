package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A {@link Content} in the records of volumes and snapshots. */
final class ContentFields {
  private ContentFields() {}

  static void write(Content content, ObjectNode node) {
    switch (content) {
      case Content.Filesystem(FsType type) ->
          node.put("kind", "filesystem").put("type", type.kernelName());
      case Content.Block(Bytes blockSize) ->
          node.put("kind", "block").put("blockSize", blockSize.value());
    }
  }

  static Content read(Fields fields) {
    return switch (fields.text("kind")) {
      case "filesystem" ->
          new Content.Filesystem(
              fields.parsedOptional("type", "is none of " + FsType.supported(), FsType::parse));
      case "block" -> new Content.Block(fields.bytes("blockSize"));
      default -> throw fields.wrong("kind", "is neither filesystem nor block");
    };
  }
}
