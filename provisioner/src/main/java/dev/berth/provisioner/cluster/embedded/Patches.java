package dev.berth.provisioner.cluster.embedded;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.JsonPatch.Op;

/** Carries out RFC 6902 operations on a tree. */
final class Patches {
  private Patches() {}

  /**
   * The tree after all operations; the argument stays as it is.
   *
   * @throws ClusterException.Invalid if an operation cannot be carried out, as RFC 6902 section 5
   *     asks
   */
  static ObjectNode apply(ObjectNode before, JsonPatch patch) {
    ObjectNode tree = before.deepCopy();
    for (Op op : patch.ops()) {
      step(tree, op);
    }
    return tree;
  }

  private static void step(ObjectNode tree, Op op) {
    switch (op) {
      case Op.Add(String path, JsonNode value) -> add(tree, pointer(path), value.deepCopy());
      case Op.Remove(String path) -> remove(tree, pointer(path));
      case Op.Replace(String path, JsonNode value) -> {
        remove(tree, pointer(path));
        add(tree, pointer(path), value.deepCopy());
      }
      case Op.Move(String from, String path) -> move(tree, from, path);
      case Op.Copy(String from, String path) ->
          add(tree, pointer(path), find(tree, pointer(from)).deepCopy());
      case Op.Test(String path, JsonNode value) -> test(tree, path, value);
    }
  }

  private static void move(ObjectNode tree, String from, String path) {
    if (path.startsWith(from + "/")) {
      throw refuse("move", path, "a value cannot be moved into itself");
    }
    JsonNode value = find(tree, pointer(from));
    remove(tree, pointer(from));
    add(tree, pointer(path), value);
  }

  private static void test(ObjectNode tree, String path, JsonNode value) {
    JsonNode found = find(tree, pointer(path));
    if (!found.equals(value)) {
      throw refuse("test", path, "is " + found + " and not " + value);
    }
  }

  private static void add(ObjectNode tree, JsonPointer at, JsonNode value) {
    JsonPointer last = at.last();
    if (last == null) {
      throw refuse("add", "", "the whole object cannot be replaced");
    }
    switch (find(tree, at.head())) {
      case ObjectNode parent -> parent.set(last.getMatchingProperty(), value);
      case ArrayNode parent -> insert(parent, at, last, value);
      case JsonNode other -> throw refuse("add", at.toString(), "cannot be in " + other);
    }
  }

  private static void insert(ArrayNode parent, JsonPointer at, JsonPointer last, JsonNode value) {
    int index = last.getMatchingProperty().equals("-") ? parent.size() : last.getMatchingIndex();
    if (index < 0 || index > parent.size()) {
      throw refuse("add", at.toString(), "is beyond the list's " + parent.size() + " items");
    }
    parent.insert(index, value);
  }

  private static void remove(ObjectNode tree, JsonPointer at) {
    find(tree, at);
    JsonPointer last = at.last();
    if (last == null) {
      throw refuse("remove", "", "the whole object cannot be removed");
    }
    switch (find(tree, at.head())) {
      case ObjectNode parent -> parent.remove(last.getMatchingProperty());
      case ArrayNode parent -> parent.remove(last.getMatchingIndex());
      case JsonNode other -> throw refuse("remove", at.toString(), "is not in " + other);
    }
  }

  private static JsonNode find(ObjectNode tree, JsonPointer at) {
    JsonNode found = tree.at(at);
    if (found.isMissingNode()) {
      throw refuse("path", at.toString(), "does not exist");
    }
    return found;
  }

  private static JsonPointer pointer(String path) {
    try {
      return JsonPointer.compile(path);
    } catch (IllegalArgumentException e) {
      throw refuse("path", path, "is not a JSON pointer");
    }
  }

  private static ClusterException.Invalid refuse(String op, String path, String why) {
    return new ClusterException.Invalid(
        "the patch was not applied: " + op + " \"" + path + "\": " + why);
  }
}
