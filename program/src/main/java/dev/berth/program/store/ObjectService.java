package dev.berth.program.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.program.control.Handler;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the commands out of the cluster. */
public final class ObjectService implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectService.class);

  private final Cluster cluster;
  private final Applying applying;
  private final PodMounts mounts;
  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * @param mounts finds where a pod's volumes are
   */
  public ObjectService(Cluster cluster, PodMounts mounts) {
    this.cluster = cluster;
    this.applying = new Applying(cluster);
    this.mounts = mounts;
  }

  @Override
  public void handle(Request request, Answer answer) throws InterruptedException {
    try {
      switch (request.verb()) {
        case GET -> get(kind(request), request, answer);
        case WATCH -> watch(kind(request), request, answer);
        case APPLY -> {
          Applying.Applied applied = applying.apply(request.object());
          answer.item(applied.what(), tree(applied.object()));
        }
        case DELETE -> delete(kind(request), request, answer);
        case AWAIT_GONE -> awaitGone(kind(request), request);
        case MOUNTS -> {
          Pod pod = require(Kind.POD, request);
          mounts.of(pod).forEach(mount -> answer.item("", mount));
        }
        case DOCTOR, REPAIR, VOLUMES, POOLS, TRASH, UNDELETE ->
            throw new Refusal(Refusal.BAD_REQUEST, "no pools are kept here");
      }
    } catch (ClusterException refused) {
      throw new Refusal(refused.getClass().getSimpleName(), String.valueOf(refused.getMessage()));
    }
  }

  private static Kind<?> kind(Request request) {
    return Kind.STANDALONE.stream()
        .filter(k -> k.kind().equals(request.kind()))
        .findFirst()
        .orElseThrow(() -> new Refusal(Refusal.BAD_REQUEST, "unknown kind " + request.kind()));
  }

  private <T extends HasMetadata> void get(Kind<T> kind, Request request, Answer answer) {
    if (!request.name().isEmpty()) {
      answer.item("", tree(require(kind, request)));
      return;
    }
    List<T> found =
        request.namespace().isEmpty() || !kind.namespaced()
            ? cluster.list(kind)
            : cluster.list(kind, Index.BY_NAMESPACE, request.namespace());
    found.forEach(object -> answer.item("", tree(object)));
  }

  private <T extends HasMetadata> T require(Kind<T> kind, Request request) {
    return cluster
        .get(kind, key(kind, request))
        .orElseThrow(() -> new ClusterException.NotFound(kind, request.name()));
  }

  private static Key key(Kind<?> kind, Request request) {
    if (request.name().isEmpty()) {
      throw new Refusal(Refusal.BAD_REQUEST, "name the " + kind.plural());
    }
    return new Key(kind.namespaced() ? request.namespace() : "", request.name());
  }

  private <T extends HasMetadata> void watch(Kind<T> kind, Request request, Answer answer)
      throws InterruptedException {
    try (Subscription _ = cluster.watch(kind, change -> tell(change, request, answer))) {
      answer.awaitHangUp();
    }
  }

  private <T extends HasMetadata> void tell(Change<T> change, Request request, Answer answer) {
    Key key = change.key();
    boolean asked =
        (request.name().isEmpty() || request.name().equals(key.name()))
            && (request.namespace().isEmpty() || request.namespace().equals(key.namespace()));
    if (asked) {
      String what =
          switch (change) {
            case Change.Added<T> _ -> "ADDED";
            case Change.Modified<T> _ -> "MODIFIED";
            case Change.Deleted<T> _ -> "DELETED";
          };
      try {
        answer.item(what, tree(change.object()));
      } catch (UncheckedIOException hungUp) {
        // The watch ends by itself: whoever waits for the hang-up has seen it too.
        LOG.debug("a watcher of {} went away", request.kind());
      }
    }
  }

  private <T extends HasMetadata> void delete(Kind<T> kind, Request request, Answer answer) {
    T object = require(kind, request);
    cluster.delete(kind, Key.of(object), Preconditions.sameObject(object));
    answer.item("deleted", tree(object));
  }

  private <T extends HasMetadata> void awaitGone(Kind<T> kind, Request request)
      throws InterruptedException {
    Key key = key(kind, request);
    CountDownLatch gone = new CountDownLatch(1);
    try (Subscription _ =
        cluster.watch(
            kind,
            change -> {
              if (change instanceof Change.Deleted<T> && change.key().equals(key)) {
                gone.countDown();
              }
            })) {
      // Asked after the watch has begun: a deletion is seen by the one or the other.
      if (cluster.getLive(kind, key).isPresent()) {
        gone.await();
      }
    }
  }

  private JsonNode tree(HasMetadata object) {
    return mapper.valueToTree(object);
  }
}
