package dev.berth.program.pool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.control.Handler;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolStatus;
import dev.berth.storage.Pools;
import dev.berth.storage.Snapshot;
import dev.berth.storage.Trashed;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import java.util.Optional;

/** The daemon's side of the commands about pools; whatever else is asked goes to the next. */
public final class PoolHandler implements Handler {
  private final Pools pools;
  private final Linux linux;
  private final Images images;
  private final Comeback comeback;
  private final Handler next;

  /**
   * A handler in front of another.
   *
   * @param driver the CSI driver whose pools these are
   * @param node the name of this machine's node
   */
  public PoolHandler(Pools pools, Linux linux, String driver, String node, Handler next) {
    this.pools = pools;
    this.linux = linux;
    this.images = new Images(linux);
    this.comeback = new Comeback(driver, node);
    this.next = next;
  }

  @Override
  public void handle(Request request, Answer answer) throws InterruptedException {
    switch (request.verb()) {
      case VOLUMES -> volumes(answer);
      case POOLS -> pools.statuses().forEach(pool -> answer.item("", pool(pool)));
      case TRASH -> pools.undeletion().list().forEach(gone -> answer.item("", trashed(gone)));
      case UNDELETE -> answer.item("", undelete(request.name()));
      case GET, WATCH, APPLY, DELETE, AWAIT_GONE, MOUNTS, DOCTOR, REPAIR ->
          next.handle(request, answer);
    }
  }

  private void volumes(Answer answer) {
    pools.list().forEach(volume -> answer.item("", volume(volume)));
    for (PoolStatus pool : pools.statuses()) {
      if (pool.health() instanceof PoolHealth.Ready ready) {
        ready
            .damaged()
            .forEach(
                name ->
                    answer.item(
                        "",
                        node()
                            .put("volume", new VolumeId(ready.id(), name).toString())
                            .put("pool", pool.name().value())
                            .put("state", "damaged")));
      }
    }
  }

  private ObjectNode volume(Volume volume) {
    ObjectNode node =
        node().put("volume", volume.id().toString()).put("pool", volume.pool().value());
    claim(node, volume.claim());
    Optional<String> device = images.attached(volume).map(loop -> loop.path().toString());
    node.put("size", volume.size().value())
        .put("used", held(volume))
        .put("state", device.isPresent() ? "attached" : "idle");
    device.ifPresent(path -> node.put("device", path));
    return node.put("created", volume.created().toString());
  }

  private long held(Volume volume) {
    if (volume.content() instanceof Content.Directory) {
      return pools.usage(volume).map(usage -> usage.bytes().value()).orElse(0L);
    }
    try {
      return linux.files().stat(volume.image()).allocated().value();
    } catch (VolumeException.SystemCallFailed deletedJustNow) {
      return 0;
    }
  }

  private static void claim(ObjectNode node, Optional<Claim> claim) {
    claim
        .filter(c -> !c.name().isEmpty())
        .ifPresent(c -> node.put("claim", c.namespace() + "/" + c.name()));
  }

  private ObjectNode pool(PoolStatus pool) {
    ObjectNode node =
        node().put("pool", pool.name().value()).put("directory", pool.directory().toString());
    return switch (pool.health()) {
      case PoolHealth.Missing(String why) -> node.put("state", "missing").put("why", why);
      case PoolHealth.Ready ready -> ready(node.put("state", "ready"), pool.name(), ready);
    };
  }

  private ObjectNode ready(ObjectNode node, PoolName name, PoolHealth.Ready ready) {
    Sum volumes = new Sum();
    Sum snapshots = new Sum();
    Sum trash = new Sum();
    for (Volume volume : pools.list()) {
      volumes.add(volume.pool().equals(name), volume.size().value(), held(volume));
    }
    for (Snapshot snapshot : pools.snapshots().list()) {
      snapshots.add(snapshot.pool().equals(name), snapshot.size().value(), snapshot.held().value());
    }
    for (Trashed gone : pools.undeletion().list()) {
      trash.add(gone.pool().equals(name), gone.size().value(), gone.held().value());
    }
    node.put("size", ready.size().value())
        .put("used", volumes.held + snapshots.held + trash.held)
        .put("promised", ready.promised().value())
        .put("available", ready.available().value());
    node.set("volumes", volumes.tree());
    node.set("snapshots", snapshots.tree());
    node.set("trash", trash.tree());
    return node.put("damaged", ready.damaged().size());
  }

  /** How many there are of something, how large they are together, and what they hold. */
  private static final class Sum {
    private long count;
    private long size;
    private long held;

    void add(boolean counts, long bytes, long data) {
      if (counts) {
        count++;
        size += bytes;
        held += data;
      }
    }

    ObjectNode tree() {
      return node().put("count", count).put("size", size).put("used", held);
    }
  }

  private static ObjectNode trashed(Trashed gone) {
    ObjectNode node = node().put("volume", gone.id().toString()).put("pool", gone.pool().value());
    claim(node, gone.claim());
    return node.put("size", gone.size().value())
        .put("used", gone.held().value())
        .put("deleted", gone.deleted().toString())
        .put("due", gone.due().toString());
  }

  private ObjectNode undelete(String handle) {
    VolumeId id =
        VolumeId.parse(handle)
            .orElseThrow(
                () ->
                    new Refusal(
                        Refusal.NOT_FOUND,
                        "volume "
                            + handle
                            + " is none of this driver: its volumes are <pool id>.<name>; berth"
                            + " undelete lists the trash"));
    try {
      Volume back = pools.undeletion().bringBack(id);
      ObjectNode node = volume(back);
      node.set("manifest", comeback.manifest(back));
      return node;
    } catch (VolumeException e) {
      throw new Refusal(
          e instanceof VolumeException.NotFound ? Refusal.NOT_FOUND : "Conflict",
          String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
