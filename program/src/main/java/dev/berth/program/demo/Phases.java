package dev.berth.program.demo;

import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The phases that a claim went through, as a watcher sees them. */
final class Phases {
  private static final Logger LOG = LoggerFactory.getLogger(Phases.class);

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private Phases() {}

  /** Watches from now on, on a thread of its own, for as long as the daemon lives. */
  static Phases of(ControlClient client, String claim) {
    Phases phases = new Phases();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                client.ask(
                    Request.of(Verb.WATCH, Objects.CLAIM, Objects.NAMESPACE, claim),
                    item -> phases.add(item.object().path("status").path("phase").asText("")));
              } catch (Fault | Refusal end) {
                LOG.debug("the watch of {} ends: {}", claim, end.getMessage());
              }
            });
    return phases;
  }

  private void add(String phase) {
    if (!phase.isEmpty() && (seen.isEmpty() || !seen.getLast().equals(phase))) {
      seen.add(phase);
    }
  }

  List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public String toString() {
    return seen.isEmpty() ? "no phase" : String.join(" → ", seen);
  }
}
