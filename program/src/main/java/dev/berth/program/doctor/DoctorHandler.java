package dev.berth.program.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.control.Handler;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.orphan.Finding;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.provisioner.orphan.PoolContents;
import dev.berth.provisioner.orphan.StoredVolume;
import dev.berth.provisioner.orphan.Verdict;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.Pools;
import java.util.Optional;
import java.util.function.Supplier;

/** The daemon's side of {@code berth doctor}; whatever else is asked goes to the next. */
public final class DoctorHandler implements Handler {
  /** What an item is: a volume without a PV, or a pool that is not there to be looked through. */
  static final String VOLUME = "volume";

  static final String POOL = "pool";

  private final Supplier<Optional<Orphans>> orphans;
  private final Pools pools;
  private final Handler next;

  /**
   * A handler in front of another.
   *
   * @param orphans empty as long as the cluster was not reached
   */
  public DoctorHandler(Supplier<Optional<Orphans>> orphans, Pools pools, Handler next) {
    this.orphans = orphans;
    this.pools = pools;
    this.next = next;
  }

  /** The end of the line where no objects are kept. */
  public static Handler ofNothing() {
    return (request, _) -> {
      throw new Refusal(
          Refusal.BAD_REQUEST,
          "this daemon keeps no objects: ask the API server (kubectl "
              + request.verb().name().toLowerCase(java.util.Locale.ROOT)
              + "); berth doctor is answered here");
    };
  }

  @Override
  public void handle(Request request, Answer answer) throws InterruptedException {
    switch (request.verb()) {
      case DOCTOR -> examine(answer);
      case REPAIR -> repair(request.name(), answer);
      case GET, WATCH, APPLY, DELETE, AWAIT_GONE, MOUNTS, VOLUMES, POOLS, TRASH, UNDELETE ->
          next.handle(request, answer);
    }
  }

  private void examine(Answer answer) {
    try {
      require().examine().forEach(finding -> answer.item(VOLUME, tree(finding)));
    } catch (ClusterException | PoolContents.FailedException e) {
      throw unavailable(e);
    }
    pools
        .statuses()
        .forEach(
            pool -> {
              if (pool.health() instanceof PoolHealth.Missing(String why)) {
                answer.item(
                    POOL,
                    JsonNodeFactory.instance
                        .objectNode()
                        .put("pool", pool.name().value())
                        .put("missing", why));
              }
            });
  }

  private void repair(String handle, Answer answer) {
    Finding finding;
    try {
      finding = require().repair(handle).orElseThrow(() -> noOrphan(handle));
    } catch (ClusterException | PoolContents.FailedException e) {
      throw unavailable(e);
    }
    switch (finding.verdict()) {
      case Verdict.Leaked _ -> answer.item(VOLUME, tree(finding));
      case Verdict.Unclaimed _ -> answer.item(VOLUME, tree(finding));
      case Verdict.Waiting(String why) -> throw refused(handle, why);
      case Verdict.Named named -> throw refused(handle, named.why());
    }
  }

  private Orphans require() {
    return orphans
        .get()
        .orElseThrow(
            () ->
                new Refusal(
                    "Unavailable",
                    "the cluster was not reached yet, and without it nothing is judged; /readyz"
                        + " and the log of the daemon say why"));
  }

  private static Refusal noOrphan(String handle) {
    return new Refusal(
        Refusal.NOT_FOUND,
        "volume "
            + handle
            + " is no orphan: no pool of this node has it, or a PersistentVolume names it; berth"
            + " doctor lists those that can be repaired");
  }

  private static Refusal refused(String handle, String why) {
    return new Refusal("Conflict", "volume " + handle + " stays where it is: " + why);
  }

  private static Refusal unavailable(RuntimeException e) {
    return new Refusal("Unavailable", e.getMessage() + "; nothing was moved");
  }

  private static ObjectNode tree(Finding finding) {
    StoredVolume volume = finding.volume();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("volume", volume.handle())
            .put("pool", volume.pool())
            .put("size", Bytes.of(volume.bytes()).toString())
            .put("created", volume.created().toString());
    volume
        .madeFor()
        .ifPresent(
            made -> {
              made.cluster().ifPresent(cluster -> node.put("cluster", cluster));
              node.put("claim", made.claim().toString());
            });
    return node.put("verdict", finding.verdict().word())
        .put("why", finding.verdict().why())
        .put("outlook", finding.verdict().outlook());
  }
}
