package dev.berth.program.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;

/** One question to the daemon, its answers as one list. */
final class Asking {
  private Asking() {}

  static ArrayNode all(ControlClient client, Verb verb, String name) {
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    try {
      client.ask(Request.of(verb, "", "", name), item -> answers.add(item.object()));
    } catch (Refusal refusal) {
      throw new Fault(String.valueOf(refusal.getMessage()), refusal);
    }
    return answers;
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
