package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Reply;
import dev.berth.program.control.Request;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints changes as they come, in columns that line up with what was printed before. */
final class Watching {
  private final Printer printer;
  private final PrintWriter out;
  private final Output output;
  private final boolean everywhere;
  private final List<JsonNode> shown = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  Watching(Printer printer, PrintWriter out, Output output, boolean everywhere) {
    this.printer = printer;
    this.out = out;
    this.output = output;
    this.everywhere = everywhere;
  }

  /** Runs until the daemon ends or this process is interrupted. */
  void run(ControlClient client, Request request, Map<Resource, List<JsonNode>> already) {
    already.values().forEach(shown::addAll);
    shown.forEach(o -> seen.add(version(o)));
    Resource resource =
        Resource.ofKind(request.kind())
            .orElseThrow(() -> new Fault("unknown kind " + request.kind()));
    try {
      client.ask(request, item -> change(resource, item));
    } catch (Refusal refusal) {
      throw new Fault(String.valueOf(refusal.getMessage()), refusal);
    }
  }

  private void change(Resource resource, Reply.Item item) {
    boolean gone = item.what().equals("DELETED");
    // The watch begins with what is there; what the list has shown already is not news.
    if (!seen.add(version(item.object()) + (gone ? " gone" : ""))) {
      return;
    }
    if (output != Output.TABLE && output != Output.WIDE) {
      printer.objects(List.of(item.object()), true);
      return;
    }
    boolean first = shown.isEmpty();
    shown.add(item.object());
    List<String> lines =
        printer.table(resource, shown, everywhere && resource.isNamespaced(), false);
    if (first) {
      out.println(lines.getFirst());
    }
    out.println(lines.getLast() + (gone ? "   (deleted)" : ""));
    out.flush();
  }

  private static String version(JsonNode object) {
    return Fields.text(object, "metadata.uid")
        + " "
        + Fields.text(object, "metadata.resourceVersion");
  }
}
