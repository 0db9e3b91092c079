package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MergePatchTest {
  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          {"a":1}                       | {"a":1}                 | {}
          {"a":1}                       | {"a":2}                 | {"a":2}
          {"a":1}                       | {"a":1,"b":{"c":1}}     | {"b":{"c":1}}
          {"a":1,"b":2}                 | {"a":1}                 | {"b":null}
          {"a":{"b":1,"c":2}}           | {"a":{"b":1,"c":3}}     | {"a":{"c":3}}
          {"a":{"b":1,"c":2}}           | {"a":{"b":1}}           | {"a":{"c":null}}
          {"l":[1,2]}                   | {"l":[1,2,3]}           | {"l":[1,2,3]}
          {"a":{"b":1}}                 | {"a":7}                 | {"a":7}
          {"spec":{"claimRef":{"n":1}}} | {"spec":{}}             | {"spec":{"claimRef":null}}
          {"annotations":{"a":"1"}}     | {}                      | {"annotations":{"a":null}}
          {"m":{"labels":{"a":"1"}}}    | {"m":{}}                | {"m":{"labels":{"a":null}}}
          """)
  void a_patch_has_the_difference_and_nothing_else(String before, String after, String patch) {
    assertThat(MergePatch.between(json(before), json(after))).isEqualTo(json(patch));
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
