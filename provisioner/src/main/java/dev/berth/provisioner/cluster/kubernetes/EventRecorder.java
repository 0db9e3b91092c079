package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records notices as Event objects, one after the other on a thread of its own and after what users
 * wait for: the first of its kind is created, a repeated one is counted in the object that is
 * there. An object that has too much to say is cut short, as client-go does it: 25 events at once,
 * then one in five minutes.
 */
final class EventRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final String COMPONENT = "berth";
  private static final int WAITING = 2_000;
  private static final int REMEMBERED = 4_096;
  private static final int BURST = 25;

  /** Of a DNS subdomain, RFC 1123, which names must be. */
  private static final int LONGEST_NAME = 253;

  private static final double PER_SECOND = 1.0 / 300;
  private static final Duration TO_FINISH = Duration.ofSeconds(2);

  /** What makes two notices the same event. */
  private record Signature(String uid, Notice.Type type, String reason, String message) {}

  private record Counted(Key key, int count) {}

  /** Forgets who has been silent longest. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > REMEMBERED;
    }
  }

  private final Consumer<Call> server;
  private final String instance;
  private final InstantSource clock;
  private final Thread thread;

  /** What is to be recorded; an empty one is the end. */
  private final BlockingQueue<Optional<Notice>> waiting = new ArrayBlockingQueue<>(WAITING);

  private final Map<Signature, Counted> known = new Recent<>(); // the recording thread's
  private final Map<String, TokenBucket> permits = new Recent<>(); // the recording thread's
  private volatile boolean closed;

  EventRecorder(Consumer<Call> server, String instance, InstantSource clock) {
    this.server = server;
    this.instance = instance;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("events").start(this::run);
  }

  void record(Notice notice) {
    if (closed || !waiting.offer(Optional.of(notice))) {
      LOG.info("event {} not sent, too many wait: {}", notice.reason(), notice.message());
    }
  }

  private void run() {
    try {
      for (var next = waiting.take(); next.isPresent(); next = waiting.take()) {
        send(next.get());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close() has waited long enough
    }
  }

  // The edge of what is best effort: whatever an event fails of must not end the others.
  private void send(Notice notice) {
    try {
      String uid = text(notice.about().getUid());
      if (permits.computeIfAbsent(uid, _ -> bucket()).tryTake()) {
        store(notice, new Signature(uid, notice.type(), notice.reason(), notice.message()));
      }
    } catch (RuntimeException e) {
      LOG.info("event {} not kept ({}): {}", notice.reason(), e.getMessage(), notice.message());
    }
  }

  private TokenBucket bucket() {
    return new TokenBucket(
        PER_SECOND, BURST, () -> ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant()));
  }

  private void store(Notice notice, Signature signature) {
    Instant now = clock.instant();
    Counted before = known.get(signature);
    if (before != null && isCountedAgain(before, now)) {
      known.put(signature, new Counted(before.key(), before.count() + 1));
      return;
    }
    Event fresh = event(notice, now);
    server.accept(Call.create(Kind.EVENT, fresh));
    known.put(signature, new Counted(Key.of(fresh), 1));
  }

  private boolean isCountedAgain(Counted before, Instant now) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.put("count", before.count() + 1).put("lastTimestamp", timestamp(now));
    try {
      server.accept(Call.patch(Kind.EVENT, before.key(), "merge", patch, false));
      return true;
    } catch (ClusterException.NotFound _) {
      return false; // the server keeps events for an hour
    }
  }

  private Event event(Notice notice, Instant now) {
    String namespace = text(notice.about().getNamespace());
    String time = timestamp(now);
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace.isEmpty() ? "default" : namespace)
        .withName(name(notice, now))
        .endMetadata()
        .withInvolvedObject(notice.about())
        .withType(notice.type().wire())
        .withReason(notice.reason())
        .withMessage(notice.message())
        .withCount(1)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withNewSource()
        .withComponent(COMPONENT)
        .withHost(instance)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(instance)
        .build();
  }

  /**
   * Object and time, as client-go names its events; of a name too long for that, the beginning,
   * which like the whole must end with a letter or digit.
   */
  private static String name(Notice notice, Instant now) {
    String time = "." + Long.toHexString(ChronoUnit.NANOS.between(Instant.EPOCH, now));
    String object = notice.about().getName();
    int end = Math.min(object.length(), LONGEST_NAME - time.length());
    while (end > 1 && !Character.isLetterOrDigit(object.charAt(end - 1))) {
      end--;
    }
    return object.substring(0, end) + time;
  }

  private static String timestamp(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }

  /** Sends what waits, for a short while. */
  @Override
  public void close() {
    closed = true;
    try {
      if (!waiting.offer(Optional.empty()) || !thread.join(TO_FINISH)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt(); // whoever interrupts does not want to wait
    }
  }
}
