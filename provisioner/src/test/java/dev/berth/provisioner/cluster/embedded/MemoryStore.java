package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The embedded cluster without its disk, its threads and its caches: what an API server does with a
 * write, one write at a time, and the log of what was written. Its uids and names are counted, so
 * that the same calls give the same objects.
 */
public final class MemoryStore {
  /** One state of one object; of one that is gone, the last. */
  public record Entry(Kind<?> kind, Key key, HasMetadata object, boolean gone) {}

  private final Cache committed = new Cache();
  private final Writes writes;
  private final Deletion deletion;
  private final Events events;
  private final Map<Kind<?>, List<Entry>> log = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private long revision;
  private int drawn;

  /** A store with the two namespaces that are always there. */
  public MemoryStore(InstantSource clock) {
    this.writes = new Writes(clock, this::suffix, this::uid);
    this.deletion = new Deletion(clock);
    this.events = new Events(clock, this::suffix, List.of());
    Deletion.KEPT_NAMESPACES.stream()
        .sorted()
        .forEach(
            name ->
                create(
                    new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build()));
  }

  private String suffix() {
    return "%05d".formatted(drawn++);
  }

  private UUID uid() {
    return new UUID(0, drawn++);
  }

  /** Everything that was written of a kind, oldest first; a view. */
  public List<Entry> log(Kind<?> kind) {
    return log.computeIfAbsent(kind, _ -> new ArrayList<>());
  }

  /** How many versions there were; events count, too. */
  public long revision() {
    return revision;
  }

  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return committed.get(kind, key);
  }

  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return committed.list(kind);
  }

  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return committed.list(kind, index, value);
  }

  public <T extends HasMetadata> T create(T object) {
    Kind<T> kind = Kind.of(object);
    Batch batch = batch();
    T written = writes.create(batch, kind, object);
    commit(batch);
    return written;
  }

  public <T extends HasMetadata> T replace(T object) {
    Kind<T> kind = Kind.of(object);
    Batch batch = batch();
    T written = writes.replace(batch, kind, object);
    commit(batch);
    return written;
  }

  public <T extends HasMetadata> T replaceStatus(T object) {
    Kind<T> kind = Kind.of(object);
    Batch batch = batch();
    T written = writes.replaceStatus(batch, kind, object);
    commit(batch);
    return written;
  }

  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    Batch batch = batch();
    T written = writes.patch(batch, kind, key, patch);
    commit(batch);
    return written;
  }

  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    Batch batch = batch();
    deletion.delete(batch, kind, key, preconditions);
    commit(batch);
  }

  /** Whether there was ever an event about the object of this uid; events expire. */
  public boolean told(String uid) {
    return told.contains(uid);
  }

  public void event(Notice notice) {
    told.add(notice.about().getUid());
    Batch batch = batch();
    events.record(batch, notice);
    commit(batch);
  }

  private Batch batch() {
    return new Batch(committed, revision);
  }

  private void commit(Batch batch) {
    Consumer<Effect> remember =
        effect ->
            log(effect.kind())
                .add(
                    new Entry(
                        effect.kind(),
                        effect.key(),
                        effect.object(),
                        effect instanceof Effect.Remove));
    batch.effects().forEach(remember);
    committed.apply(batch.effects());
    revision = batch.revision();
  }
}
