package dev.berth.provisioner.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.JsonPatch.Op;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operations of RFC 6902; the first rows are after the cases of its appendix A. */
final class PatchesTest {
  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          {"a":1}               | add /b 2                | {"a":1,"b":2}
          {"a":1}               | add /a 2                | {"a":2}
          {"l":[1,3]}           | add /l/1 2              | {"l":[1,2,3]}
          {"l":[1]}             | add /l/- 2              | {"l":[1,2]}
          {"l":[1]}             | add /l/1 2              | {"l":[1,2]}
          {"a":{}}              | add /a/x~1y {"k":[1]}   | {"a":{"x/y":{"k":[1]}}}
          {"a":{"m~n":1}}       | remove /a/m~0n          | {"a":{}}
          {"l":[1,2,3]}         | remove /l/1             | {"l":[1,3]}
          {"a":1,"b":2}         | remove /a               | {"b":2}
          {"a":1}               | replace /a null         | {"a":null}
          {"l":[1,2,3]}         | replace /l/0 9          | {"l":[9,2,3]}
          {"a":{"b":1},"c":{}}  | move /a/b /c/d          | {"a":{},"c":{"d":1}}
          {"l":[1,2,3]}         | move /l/0 /l/2          | {"l":[2,3,1]}
          {"a":{"b":1}}         | copy /a /c              | {"a":{"b":1},"c":{"b":1}}
          {"a":{"b":[1,null]}}  | test /a {"b":[1,null]}  | {"a":{"b":[1,null]}}
          """)
  void an_operation_does_what_the_rfc_says(String before, String op, String after) {
    ObjectNode tree = object(before);
    assertThat(Patches.apply(tree, JsonPatch.of(op(op)))).isEqualTo(json(after));
    assertThat(tree).as("the argument").isEqualTo(json(before));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          {"a":1}         | add /b/c 2        | path "/b": does not exist
          {"a":1}         | add /a/b 2        | add "/a/b": cannot be in 1
          {"l":[1]}       | add /l/2 2        | add "/l/2": is beyond the list's 1 items
          {"l":[1]}       | add /l/x 2        | add "/l/x": is beyond the list's 1 items
          {"a":1}         | remove /b         | path "/b": does not exist
          {"l":[1]}       | remove /l/1       | path "/l/1": does not exist
          {"a":1}         | replace /b 2      | path "/b": does not exist
          {"a":{"b":1}}   | move /a /a/b      | move "/a/b": a value cannot be moved into itself
          {"a":1}         | copy /b /c        | path "/b": does not exist
          {"a":1}         | test /a "1"       | test "/a": is 1 and not "1"
          {"a":1}         | test /b null      | path "/b": does not exist
          {"a":1}         | remove a          | path "a": is not a JSON pointer
          """)
  void an_operation_that_cannot_be_carried_out_is_refused(String before, String op, String why) {
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> Patches.apply(object(before), JsonPatch.of(op(op))))
        .withMessage("the patch was not applied: " + why);
  }

  private static Op op(String text) {
    String[] words = text.split(" ", 3);
    return switch (words[0]) {
      case "add" -> new Op.Add(words[1], json(words[2]));
      case "remove" -> new Op.Remove(words[1]);
      case "replace" -> new Op.Replace(words[1], json(words[2]));
      case "move" -> new Op.Move(words[1], words[2]);
      case "copy" -> new Op.Copy(words[1], words[2]);
      case "test" -> new Op.Test(words[1], json(words[2]));
      default -> throw new AssertionError(text);
    };
  }

  private static ObjectNode object(String text) {
    return (ObjectNode) json(text);
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
