package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.VolumeException.Invalid;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code pool.json} says.
 *
 * @param shared whether several processes may have it open at once
 * @param size how much of its filesystem is the pool's, as given when it was made
 */
record PoolFile(PoolId id, Instant created, boolean shared, Optional<Bytes> size) {
  static final String NAME = "pool.json";

  /** That of a shared pool, so that who knows nothing of sharing does not take it for its own. */
  private static final int SHARED = 2;

  private static final Set<String> FIELDS = Set.of("format", "id", "created", "size");

  byte[] bytes() {
    ObjectNode node =
        Document.begin(shared ? SHARED : Document.FORMAT)
            .put("id", id.value())
            .put("created", created.toString());
    size.ifPresent(s -> node.put("size", s.value()));
    return Document.seal(node);
  }

  /** Reads one; {@link Invalid} for a format that a newer release wrote. */
  static PoolFile of(Path file, byte[] bytes) {
    Document.newerFormat(file, bytes, SHARED)
        .ifPresent(
            format -> {
              throw new Invalid(file + ": " + Document.newer(format, SHARED));
            });
    ObjectNode content = Document.open(file, bytes, SHARED);
    int format = Document.format(content);
    Fields fields = new Fields(file, content);
    fields.only(FIELDS, format);
    return new PoolFile(
        fields.parsed("id", "is not a pool id", PoolId::new),
        fields.parsed("created", "is not a time", Instant::parse),
        format == SHARED,
        fields.optionalBytes("size"));
  }
}
