package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.JsonPatch.Op;

/** Patches as RFC 6902 writes them. */
final class PatchDocument {
  private PatchDocument() {}

  static ArrayNode of(JsonPatch patch) {
    ArrayNode document = JsonNodeFactory.instance.arrayNode();
    patch.ops().forEach(op -> document.add(of(op)));
    return document;
  }

  private static ObjectNode of(Op op) {
    return switch (op) {
      case Op.Add(var path, var value) -> op("add", path, value);
      case Op.Remove(var path) -> op("remove", path);
      case Op.Replace(var path, var value) -> op("replace", path, value);
      case Op.Move(var from, var path) -> op("move", path).put("from", from);
      case Op.Copy(var from, var path) -> op("copy", path).put("from", from);
      case Op.Test(var path, var value) -> op("test", path, value);
    };
  }

  private static ObjectNode op(String name, String path) {
    return JsonNodeFactory.instance.objectNode().put("op", name).put("path", path);
  }

  private static ObjectNode op(String name, String path, JsonNode value) {
    ObjectNode op = op(name, path);
    op.set("value", value);
    return op;
  }
}
