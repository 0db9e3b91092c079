package dev.berth.storage;

import java.util.Optional;
import java.util.Set;

/**
 * The nodes that a shared pool can be published to: each writes itself down in {@code
 * nodes/<id>.json} when it opens the pool, so whoever publishes knows whom there is. A node that is
 * down stays written down.
 */
final class Nodes {
  private static final String SUFFIX = ".json";
  private static final Set<String> FIELDS = Set.of("format", "node", "attachLimit");

  private final Disk disk;
  private final PoolLayout layout;

  Nodes(Disk disk, PoolLayout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  /** Writes it down; no write when it is so already. The pool is locked. */
  void join(Member member) {
    if (!find(member.node()).equals(Optional.of(member))) {
      disk.replace(
          layout.nodes().resolve(member.node() + SUFFIX),
          Document.seal(
              Document.begin()
                  .put("node", member.node())
                  .put("attachLimit", member.attachLimit())));
    }
  }

  /** The node of that id; empty when none of that name has ever opened the pool. */
  Optional<Member> find(String node) {
    if (!Member.isNode(node)) {
      return Optional.empty();
    }
    var file = layout.nodes().resolve(node + SUFFIX);
    if (disk.stat(file).isEmpty()) {
      return Optional.empty();
    }
    Fields fields = new Fields(file, Document.open(file, disk.read(file)));
    fields.only(FIELDS, Document.FORMAT);
    return Optional.of(
        new Member(fields.text("node"), Math.toIntExact(fields.number("attachLimit"))));
  }
}
