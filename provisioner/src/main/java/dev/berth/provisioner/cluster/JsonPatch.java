package dev.berth.provisioner.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/**
 * Operations of RFC 6902, applied in order, all or none.
 *
 * @param ops the operations
 */
public record JsonPatch(List<Op> ops) {
  /** One operation; paths are JSON pointers (RFC 6901). */
  public sealed interface Op {
    /** Where it works. */
    String path();

    /**
     * Puts a value: a new member, a replaced member, or an inserted list item ({@code -} is the
     * end).
     */
    record Add(String path, JsonNode value) implements Op {}

    /** Takes away what must exist. */
    record Remove(String path) implements Op {}

    /** Replaces what must exist. */
    record Replace(String path, JsonNode value) implements Op {}

    /** Moves a value that must exist. */
    record Move(String from, String path) implements Op {}

    /** Copies a value that must exist. */
    record Copy(String from, String path) implements Op {}

    /** Fails the whole patch unless the value is there and equal. */
    record Test(String path, JsonNode value) implements Op {}
  }

  public JsonPatch {
    ops = List.copyOf(ops);
  }

  /** A patch of these operations. */
  public static JsonPatch of(Op... ops) {
    return new JsonPatch(List.of(ops));
  }

  /** A test for a text value. */
  public static Op test(String path, String value) {
    return new Op.Test(path, TextNode.valueOf(value));
  }

  /** An addition of a text value. */
  public static Op add(String path, String value) {
    return new Op.Add(path, TextNode.valueOf(value));
  }

  /** A removal. */
  public static Op remove(String path) {
    return new Op.Remove(path);
  }

  /** A segment of a path with {@code ~} and {@code /} escaped, for annotation and label names. */
  public static String escape(String segment) {
    return segment.replace("~", "~0").replace("/", "~1");
  }
}
