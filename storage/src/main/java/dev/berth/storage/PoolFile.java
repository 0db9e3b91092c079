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
 * @param size how much of its filesystem is the pool's, as given when it was made
 */
record PoolFile(PoolId id, Instant created, Optional<Bytes> size) {
  static final String NAME = "pool.json";
  private static final Set<String> FIELDS = Set.of("format", "id", "created", "size");

  byte[] bytes() {
    ObjectNode node = Document.begin().put("id", id.value()).put("created", created.toString());
    size.ifPresent(s -> node.put("size", s.value()));
    return Document.seal(node);
  }

  /** Reads one; {@link Invalid} for a format that a newer release wrote. */
  static PoolFile of(Path file, byte[] bytes) {
    Document.newerFormat(file, bytes)
        .ifPresent(
            format -> {
              throw new Invalid(file + ": " + Document.newer(format, Document.FORMAT));
            });
    Fields fields = new Fields(file, Document.open(file, bytes));
    fields.only(FIELDS, Document.FORMAT);
    return new PoolFile(
        fields.parsed("id", "is not a pool id", PoolId::new),
        fields.parsed("created", "is not a time", Instant::parse),
        fields.optionalBytes("size"));
  }
}
