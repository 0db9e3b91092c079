package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.linux.ProjectId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code volume.json} says. A record of format 1 says nothing about clusters, and its volume
 * counts as acknowledged; it stays of format 1, so that the release that wrote it still reads it.
 *
 * @param format 1, or {@link #FORMAT}
 * @param growingTo the size that an expansion was making when it was written; the image is then
 *     between the two
 * @param publishing who may use it, in a pool that several processes have open
 * @param keptFor how long it waits in the trash at the least, whatever its class says; set just
 *     before it goes there as an orphan
 * @param project the number by which the kernel limits a directory, where it does so by numbers
 */
record VolumeFile(
    int format,
    Volume volume,
    Optional<Bytes> growingTo,
    Publishing publishing,
    Optional<Duration> keptFor,
    Optional<ProjectId> project) {
  /** The newest format, in which new volumes are written. */
  static final int FORMAT = 2;

  static final String NAME = "volume.json";
  private static final int WITHOUT_CLUSTER = 1;
  static final String IMAGE = "image";

  /** The directory in its place, of a volume that is one. */
  static final String DATA = "data";

  private static final Set<String> FIELDS_1 =
      Set.of(
          "format",
          "id",
          "name",
          "size",
          "growingTo",
          "content",
          "allocation",
          "undelete",
          "parameters",
          "claim",
          "created");
  private static final Set<String> FIELDS_2 =
      Stream.concat(
              FIELDS_1.stream(),
              Stream.of("acknowledged", "keptFor", "source", "tuning", "project", "publishing"))
          .collect(Collectors.toUnmodifiableSet());

  VolumeFile {
    if (format == WITHOUT_CLUSTER
        && (!volume.acknowledged()
            || keptFor.isPresent()
            || volume.source().isPresent()
            || !volume.tuning().isNone()
            || project.isPresent())) {
      throw new IllegalArgumentException("format 1 cannot say that: " + volume + ", " + keptFor);
    }
    if (growingTo.isPresent() && !growingTo.get().isMoreThan(volume.size())) {
      throw new VolumeException.Invalid(
          "growingTo " + growingTo.get().value() + " is not above size " + volume.size().value());
    }
  }

  /** The record of a new volume. */
  static VolumeFile of(Volume volume) {
    return of(volume, Optional.empty());
  }

  /** The record of a new volume whose limit is kept by a number. */
  static VolumeFile of(Volume volume, Optional<ProjectId> project) {
    return new VolumeFile(
        FORMAT, volume, Optional.empty(), Publishing.NONE, Optional.empty(), project);
  }

  private VolumeFile with(Volume other, Optional<Bytes> growing) {
    return new VolumeFile(format, other, growing, publishing, keptFor, project);
  }

  /** The same with another size, and no expansion under way. */
  VolumeFile resized(Bytes size) {
    return with(volume.withSize(size), Optional.empty());
  }

  /** The same while an expansion goes to this size. */
  VolumeFile growing(Bytes to) {
    return with(volume, Optional.of(to));
  }

  /** The same when the expansion has come to its end. */
  VolumeFile grown() {
    return resized(promise());
  }

  /** The same with a PersistentVolume that was seen. */
  VolumeFile acknowledged() {
    return with(volume.nowAcknowledged(), growingTo);
  }

  /** The same with other mutable settings, which format 1 cannot say. */
  VolumeFile tuned(Tuning tuning) {
    return tuning.equals(volume.tuning())
        ? this
        : new VolumeFile(
            FORMAT, volume.withTuning(tuning), growingTo, publishing, keptFor, project);
  }

  /** The same on its way to the trash, where it is to wait so long at the least. */
  VolumeFile keptFor(Duration atLeast) {
    return new VolumeFile(FORMAT, volume, growingTo, publishing, Optional.of(atLeast), project);
  }

  /** The same with others who may use it, or with its image another node's. */
  VolumeFile published(Publishing now) {
    Path folder = Disk.parent(volume.image());
    Volume there =
        now.imageName().equals(publishing.imageName())
            ? volume
            : volume.withImage(folder.resolve(now.imageName()));
    return new VolumeFile(FORMAT, there, growingTo, now, keptFor, project);
  }

  /** How long it waits in the trash. */
  Duration inTrash() {
    Duration undelete = volume.undeleteNow();
    return keptFor.filter(k -> k.compareTo(undelete) > 0).orElse(undelete);
  }

  /** What it counts in its pool. */
  Bytes promise() {
    return growingTo.orElse(volume.size());
  }

  /** What the file or directory with a volume's data is called. */
  static String nameOf(Content content) {
    return switch (content) {
      case Content.Filesystem _, Content.Block _ -> IMAGE;
      case Content.Directory _ -> DATA;
    };
  }

  private static String nameOf(Content content, Publishing publishing) {
    String usual = nameOf(content);
    return usual.equals(IMAGE) ? publishing.imageName() : usual;
  }

  byte[] bytes() {
    ObjectNode node =
        Document.begin(format)
            .put("id", volume.id().toString())
            .put("name", volume.name())
            .put("size", volume.size().value());
    growingTo.ifPresent(g -> node.put("growingTo", g.value()));
    ContentFields.write(volume.content(), node.putObject("content"));
    node.put("allocation", volume.allocation().word());
    node.put("undelete", volume.undelete().toString());
    ObjectNode parameters = node.putObject("parameters");
    new TreeMap<>(volume.parameters()).forEach(parameters::put);
    volume.claim().ifPresent(c -> write(c, node.putObject("claim")));
    node.put("created", volume.created().toString());
    if (format > WITHOUT_CLUSTER) {
      node.put("acknowledged", volume.acknowledged());
    }
    keptFor.ifPresent(k -> node.put("keptFor", k.toString()));
    volume.source().ifPresent(source -> SourceFields.write(source, node.putObject("source")));
    if (!volume.tuning().isNone()) {
      TuningFields.write(volume.tuning(), node.putObject("tuning"));
    }
    project.ifPresent(p -> node.put("project", p.value()));
    if (!publishing.equals(Publishing.NONE)) {
      publishing.write(node.putObject("publishing"));
    }
    return Document.seal(node);
  }

  /**
   * Reads one.
   *
   * @param id what the file must say that it is, by the place where it lies
   */
  static VolumeFile of(Path file, byte[] bytes, VolumeId id, PoolName pool) {
    ObjectNode content = Document.open(file, bytes, FORMAT);
    int format = Document.format(content);
    Fields fields = new Fields(file, content);
    fields.only(format == WITHOUT_CLUSTER ? FIELDS_1 : FIELDS_2, format);
    if (!fields.text("id").equals(id.toString())) {
      throw fields.wrong(
          "id", Quoted.of(fields.text("id")) + " is not " + id + ", as its folder says");
    }
    try {
      Content held = ContentFields.read(fields.object("content"));
      Publishing publishing =
          fields.optionalObject("publishing").map(Publishing::read).orElse(Publishing.NONE);
      Volume volume =
          new Volume(
              id,
              fields.text("name"),
              pool,
              fields.bytes("size"),
              held,
              fields.parsedOptional("allocation", "is neither thin nor thick", Allocation::parse),
              fields.parsed("undelete", "is not a duration", Duration::parse),
              fields.object("parameters").texts(),
              fields.optionalObject("claim").map(VolumeFile::claim),
              fields.optionalObject("source").map(SourceFields::read),
              fields.optionalObject("tuning").map(TuningFields::read).orElse(Tuning.NONE),
              format == WITHOUT_CLUSTER || fields.flag("acknowledged"),
              fields.parsed("created", "is not a time", Instant::parse),
              file.resolveSibling(nameOf(held, publishing)));
      return new VolumeFile(
          format,
          volume,
          fields.optionalBytes("growingTo"),
          publishing,
          fields
              .optionalText("keptFor")
              .map(_ -> fields.parsed("keptFor", "is not a duration", Duration::parse)),
          fields.optionalBytes("project").map(number -> new ProjectId(number.value())));
    } catch (VolumeException.Invalid | IllegalArgumentException e) {
      throw new VolumeException.Damaged(file + ": " + e.getMessage(), e);
    }
  }

  private static void write(Claim claim, ObjectNode node) {
    claim.cluster().ifPresent(cluster -> node.put("cluster", cluster));
    node.put("namespace", claim.namespace()).put("name", claim.name());
    claim.uid().ifPresent(uid -> node.put("uid", uid));
    node.put("volume", claim.volume());
  }

  private static Claim claim(Fields fields) {
    return new Claim(
        fields.optionalText("cluster"),
        fields.text("namespace"),
        fields.text("name"),
        fields.optionalText("uid"),
        fields.text("volume"));
  }
}
