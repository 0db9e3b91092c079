package dev.berth.provisioner.cluster.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.admission.Admission;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What an API server does to an object on its way to being stored, for creating, replacing and
 * patching.
 */
final class Writes {
  /**
   * The kinds whose status is written apart. A node brings its first status along, as kubelets do.
   */
  private static final Set<Kind<?>> WITH_STATUS =
      Set.of(
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.POD,
          Kind.NODE,
          Kind.NAMESPACE,
          Kind.VOLUME_ATTACHMENT,
          Kind.SNAPSHOT,
          Kind.SNAPSHOT_CONTENT,
          Kind.GROUP_SNAPSHOT,
          Kind.GROUP_CONTENT,
          Kind.ADMISSION_POLICY);

  private static final int NAME_ATTEMPTS = 8;

  private final InstantSource clock;
  private final Supplier<String> suffix;
  private final Supplier<UUID> uid;

  /** The suffixes, of five characters, complete a generateName. */
  Writes(InstantSource clock, Supplier<String> suffix) {
    this(clock, suffix, UUID::randomUUID);
  }

  /** The same, with uids from elsewhere. */
  Writes(InstantSource clock, Supplier<String> suffix, Supplier<UUID> uid) {
    this.clock = clock;
    this.suffix = suffix;
    this.uid = uid;
  }

  <T extends HasMetadata> T create(Batch batch, Kind<T> kind, T object) {
    ObjectNode tree = Json.tree(object);
    setStatus(tree, kind.equals(Kind.NODE) ? tree.path("status") : firstStatus(kind));
    T next = Json.parse(kind, tree);
    ObjectMeta meta = next.getMetadata();
    if (isSet(meta.getResourceVersion())) {
      throw new ClusterException.Invalid(
          "resourceVersion should not be set on objects to be created");
    }
    if (!isSet(meta.getName()) && isSet(meta.getGenerateName())) {
      meta.setName(generate(batch, kind, meta));
    }
    Admission.admitNew(kind, next);
    stamp(kind, meta);
    requireRoom(batch, kind, Key.of(next));
    return batch.put(kind, next);
  }

  /** Five characters collide once in a few thousand names; a server draws again, and so do we. */
  private String generate(Batch batch, Kind<?> kind, ObjectMeta meta) {
    String namespace = kind.namespaced() && isSet(meta.getNamespace()) ? meta.getNamespace() : "";
    return Stream.generate(() -> meta.getGenerateName() + suffix.get())
        .limit(NAME_ATTEMPTS)
        .filter(name -> batch.get(kind, new Key(namespace, name)).isEmpty())
        .findFirst()
        .orElseThrow(() -> new ClusterException.AlreadyExists(kind, meta.getGenerateName()));
  }

  private static void requireRoom(Batch batch, Kind<?> kind, Key key) {
    if (kind.namespaced() && batch.get(Kind.NAMESPACE, Key.of(key.namespace())).isEmpty()) {
      throw new ClusterException.NotFound(Kind.NAMESPACE, key.namespace());
    }
    if (batch.get(kind, key).isPresent()) {
      throw new ClusterException.AlreadyExists(kind, key.name());
    }
  }

  private void stamp(Kind<?> kind, ObjectMeta meta) {
    meta.setUid(uid.get().toString());
    meta.setCreationTimestamp(now());
    meta.setDeletionTimestamp(null);
    meta.setDeletionGracePeriodSeconds(null);
    meta.setGeneration(WITH_STATUS.contains(kind) ? 1L : null);
    meta.setManagedFields(List.of());
    meta.setSelfLink(null);
  }

  <T extends HasMetadata> T replace(Batch batch, Kind<T> kind, T object) {
    T stored = stored(batch, kind, object);
    return update(batch, kind, stored, Json.tree(object));
  }

  <T extends HasMetadata> T patch(Batch batch, Kind<T> kind, Key key, JsonPatch patch) {
    T stored = require(batch, kind, key);
    ObjectNode patched = Patches.apply(Json.tree(stored), patch);
    T named = Json.parse(kind, patched);
    if (named.getMetadata() == null || !Key.of(named).equals(key)) {
      throw new ClusterException.Invalid(
          "the patch was not applied: the name and the namespace of an object cannot change");
    }
    requireSame(kind, stored, named);
    return update(batch, kind, stored, patched);
  }

  <T extends HasMetadata> T replaceStatus(Batch batch, Kind<T> kind, T object) {
    T stored = stored(batch, kind, object);
    if (!WITH_STATUS.contains(kind)) {
      throw new ClusterException.Invalid(kind.resource() + " have no status");
    }
    ObjectNode tree = Json.tree(stored);
    setStatus(tree, Json.tree(object).path("status"));
    return put(batch, kind, stored, Json.parse(kind, tree));
  }

  private <T extends HasMetadata> T update(Batch batch, Kind<T> kind, T stored, ObjectNode tree) {
    if (WITH_STATUS.contains(kind)) {
      setStatus(tree, Json.tree(stored).path("status"));
    }
    T next = Json.parse(kind, tree);
    keepSystemFields(stored.getMetadata(), next.getMetadata());
    Admission.admitChange(kind, stored, next, name -> batch.get(Kind.STORAGE_CLASS, Key.of(name)));
    if (isSet(next.getMetadata().getDeletionTimestamp())
        && next.getMetadata().getFinalizers().isEmpty()) {
      batch.remove(kind, next);
      return next;
    }
    return put(batch, kind, stored, next);
  }

  private static void keepSystemFields(ObjectMeta stored, ObjectMeta next) {
    next.setUid(stored.getUid());
    next.setResourceVersion(stored.getResourceVersion());
    next.setCreationTimestamp(stored.getCreationTimestamp());
    next.setDeletionTimestamp(stored.getDeletionTimestamp());
    next.setDeletionGracePeriodSeconds(stored.getDeletionGracePeriodSeconds());
    next.setGeneration(stored.getGeneration());
    next.setGenerateName(stored.getGenerateName());
    next.setManagedFields(List.of());
    next.setSelfLink(null);
  }

  /**
   * A write that changes nothing makes no version, as on an API server; so writers that agree do
   * not chase each other.
   */
  private static <T extends HasMetadata> T put(Batch batch, Kind<T> kind, T stored, T next) {
    ObjectNode before = Json.tree(stored);
    ObjectNode after = Json.tree(next);
    if (before.equals(after)) {
      return stored;
    }
    Long generation = stored.getMetadata().getGeneration();
    if (generation != null && !before.path("spec").equals(after.path("spec"))) {
      next.getMetadata().setGeneration(generation + 1);
    }
    return batch.put(kind, next);
  }

  private static <T extends HasMetadata> T stored(Batch batch, Kind<T> kind, T object) {
    T stored = require(batch, kind, Key.of(object));
    requireSame(kind, stored, object);
    return stored;
  }

  static <T extends HasMetadata> T require(Batch batch, Kind<T> kind, Key key) {
    return batch.get(kind, key).orElseThrow(() -> new ClusterException.NotFound(kind, key.name()));
  }

  private static void requireSame(Kind<?> kind, HasMetadata stored, HasMetadata given) {
    ObjectMeta have = stored.getMetadata();
    ObjectMeta want = given.getMetadata();
    if (isSet(want.getUid()) && !want.getUid().equals(have.getUid())) {
      throw new ClusterException.Conflict(
          kind,
          have.getName(),
          "Precondition failed: UID in precondition: "
              + want.getUid()
              + ", UID in object meta: "
              + have.getUid());
    }
    if (isSet(want.getResourceVersion())
        && !want.getResourceVersion().equals(have.getResourceVersion())) {
      throw ClusterException.Conflict.modified(kind, have.getName());
    }
  }

  private static JsonNode firstStatus(Kind<?> kind) {
    ObjectNode status = Json.mapper().createObjectNode();
    if (kind.equals(Kind.CLAIM) || kind.equals(Kind.VOLUME) || kind.equals(Kind.POD)) {
      return status.put("phase", "Pending");
    }
    return kind.equals(Kind.NAMESPACE) ? status.put("phase", "Active") : status;
  }

  private static void setStatus(ObjectNode tree, JsonNode status) {
    if (status.isEmpty()) {
      tree.remove("status");
    } else {
      tree.set("status", status);
    }
  }

  private String now() {
    return timestamp(clock.instant());
  }

  /** As the API writes times: RFC 3339 in UTC, whole seconds. */
  static String timestamp(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static boolean isSet(String text) {
    return text != null && !text.isEmpty();
  }
}
