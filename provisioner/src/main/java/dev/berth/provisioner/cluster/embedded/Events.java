package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns notices into Event objects: a repeated one is counted in the object that is there, and only
 * the newest are kept. For the writing thread alone.
 */
final class Events {
  /** As long as an API server keeps them ({@code --event-ttl}). */
  private static final Duration LIFE = Duration.ofHours(1);

  private static final int LARGEST_NAMESPACE = 1_000;
  private static final String COMPONENT = "berth";

  /** What makes two notices the same event. */
  private record Signature(
      String uid, String kind, String name, String type, String reason, String message) {}

  private record Kept(Key key, Instant last) {}

  private final InstantSource clock;
  private final Supplier<String> suffix;
  // By namespace; in the order of their last time, for a repeated one goes to the end.
  private final Map<String, LinkedHashMap<Signature, Kept>> kept = new HashMap<>();

  Events(InstantSource clock, Supplier<String> suffix, List<Event> stored) {
    this.clock = clock;
    this.suffix = suffix;
    stored.stream()
        .filter(event -> event.getInvolvedObject() != null)
        .sorted(Comparator.comparing(Events::last))
        .forEach(event -> keep(signature(event), new Kept(Key.of(event), last(event))));
  }

  void record(Batch batch, Notice notice) {
    Instant now = clock.instant();
    Event fresh = event(notice, now);
    Signature signature = signature(fresh);
    Event counted =
        Optional.ofNullable(namespace(fresh).get(signature))
            .flatMap(known -> batch.get(Kind.EVENT, known.key()))
            .map(known -> again(known, now))
            .orElse(fresh);
    batch.put(Kind.EVENT, counted);
    keep(signature, new Kept(Key.of(counted), now));
    prune(batch, now.minus(LIFE));
  }

  private static Event again(Event known, Instant now) {
    Event next = Json.copy(Kind.EVENT, known);
    next.setCount(Objects.requireNonNullElse(known.getCount(), 1) + 1);
    next.setLastTimestamp(Writes.timestamp(now));
    return next;
  }

  private Event event(Notice notice, Instant now) {
    String namespace = text(notice.about().getNamespace());
    String time = Writes.timestamp(now);
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace.isEmpty() ? "default" : namespace)
        .withName(notice.about().getName() + "." + suffix.get() + suffix.get())
        .withUid(UUID.randomUUID().toString())
        .withCreationTimestamp(time)
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
        .endSource()
        .withReportingComponent(COMPONENT)
        .build();
  }

  private void prune(Batch batch, Instant oldest) {
    for (LinkedHashMap<Signature, Kept> namespace : kept.values()) {
      while (!namespace.isEmpty()
          && (namespace.size() > LARGEST_NAMESPACE
              || namespace.firstEntry().getValue().last().isBefore(oldest))) {
        Kept gone = namespace.pollFirstEntry().getValue();
        batch.get(Kind.EVENT, gone.key()).ifPresent(event -> batch.remove(Kind.EVENT, event));
      }
    }
  }

  private void keep(Signature signature, Kept event) {
    kept.computeIfAbsent(event.key().namespace(), _ -> new LinkedHashMap<>())
        .putLast(signature, event);
  }

  private Map<Signature, Kept> namespace(Event event) {
    return kept.getOrDefault(event.getMetadata().getNamespace(), new LinkedHashMap<>());
  }

  private static Signature signature(Event event) {
    var about = event.getInvolvedObject();
    return new Signature(
        text(about.getUid()),
        text(about.getKind()),
        text(about.getName()),
        text(event.getType()),
        text(event.getReason()),
        text(event.getMessage()));
  }

  private static Instant last(Event event) {
    String time = text(event.getLastTimestamp());
    return Instant.parse(time.isEmpty() ? event.getMetadata().getCreationTimestamp() : time);
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }
}
