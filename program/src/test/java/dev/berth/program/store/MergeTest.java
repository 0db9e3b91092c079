package dev.berth.program.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode tree(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "what the manifest says wins      | {'a':1}             | {}             | {'a':2}             | {'a':2}",
        "what others wrote stays          | {'a':1,'b':2}       | {'a':1}        | {'a':1}             | {'a':1,'b':2}",
        "what it says no longer goes      | {'a':1,'b':2}       | {'a':1,'b':2}  | {'a':1}             | {'a':1}",
        "maps are merged inside           | {'m':{'x':1,'y':2}} | {'m':{'x':1}}  | {'m':{'z':3}}       | {'m':{'y':2,'z':3}}",
        "plain lists are replaced         | {'l':[1,2]}         | {'l':[1,2]}    | {'l':[3]}           | {'l':[3]}",
        "named elements are merged        | {'l':[{'name':'a','d':1}]} | {'l':[{'name':'a'}]} | {'l':[{'name':'a'}]} | {'l':[{'name':'a','d':1}]}",
        "a named element dropped goes     | {'l':[{'name':'a'},{'name':'b'}]} | {'l':[{'name':'b'}]} | {'l':[{'name':'c'}]} | {'l':[{'name':'c'},{'name':'a'}]}",
      })
  void apply_merges_three(String what, String current, String last, String next, String merged)
      throws JsonProcessingException {
    assertThat(Merge.apply(tree(current), tree(last), tree(next))).as(what).isEqualTo(tree(merged));
  }
}
