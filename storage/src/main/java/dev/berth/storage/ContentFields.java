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
      case Content.Directory(Limit limit) ->
          node.put("kind", "directory").put("capacity", limit.word());
    }
  }

  static Content read(Fields fields) {
    return switch (fields.text("kind")) {
      case "filesystem" ->
          new Content.Filesystem(
              fields.parsedOptional("type", "is none of " + FsType.supported(), FsType::parse));
      case "block" -> new Content.Block(fields.bytes("blockSize"));
      case "directory" ->
          new Content.Directory(
              fields.parsedOptional("capacity", "is neither enforced nor advisory", Limit::parse));
      default -> throw fields.wrong("kind", "is none of filesystem, block and directory");
    };
  }
}
