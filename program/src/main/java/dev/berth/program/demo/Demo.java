package dev.berth.program.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.control.ControlClient;
import dev.berth.program.objects.Manifests;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of the demo, in their order; each one checks what it says. */
final class Demo {
  private static final String CLAIM_NAME = "data";
  private static final String POD_NAME = "web";
  private static final String SIZE = "320Mi";
  private static final String LARGER = "512Mi";
  private static final String LARGEST = "640Mi";

  private final Scratch scratch;
  private final ChildDaemon daemon;
  private final Narration narration;
  private final ControlClient client;
  private final Objects objects;
  private final Sample sample = new Sample();

  /** What the steps find out, for those after them. */
  private Path mount = Path.of("/");

  private Path scratchDir = Path.of("/");
  private int mountId;
  private Optional<FileIdentity> image = Optional.empty();
  private String loop = "";
  private List<JsonNode> manifests = List.of();

  Demo(Scratch scratch, ChildDaemon daemon, Narration narration) {
    this.scratch = scratch;
    this.daemon = daemon;
    this.narration = narration;
    this.client = new ControlClient(scratch.root());
    this.objects = new Objects(client);
  }

  void run(boolean keep) {
    narration.chapter("A manifest becomes mounted volumes");
    narration.step("starting a daemon", () -> startDaemon("daemon started"));
    narration.step("applying quickstart.yaml", this::apply);
    narration.step("waiting for the pod's volumes", this::mounted);
    narration.step("looking at the claim and its volume", this::bound);
    narration.step("looking for the loop device", this::attached);
    narration.step("writing as the pod's process would", this::write);
    narration.chapter("The size is a limit, and it can grow");
    narration.step("filling the volume", this::fill);
    narration.step("growing the claim while it is mounted", () -> grow(SIZE, LARGER));
    narration.step("writing into the new room", this::writeMore);
    narration.chapter("The daemon may die; volumes do not");
    narration.step("killing the daemon", this::kill);
    narration.step("starting it again", this::restart);
    narration.step("growing the claim again", () -> grow(LARGER, LARGEST));
    if (keep) {
      return;
    }
    narration.chapter("Nothing stays behind");
    narration.step("deleting the pod", this::deletePod);
    narration.step("deleting the claim", this::deleteClaim);
    narration.step("stopping the daemon", this::stop);
    narration.step("removing the scratch folder", this::removeAll);
  }

  private List<String> startDaemon(String what) {
    long before = System.nanoTime();
    daemon.start();
    long millis = (System.nanoTime() - before) / 1_000_000;
    return List.of(what + ": pid " + daemon.pid() + ", answered after " + millis + " ms");
  }

  private List<String> apply() {
    manifests = quickstart();
    Phases phases = Phases.of(client, CLAIM_NAME);
    List<String> told = new ArrayList<>(List.of("applied deploy/examples/quickstart.yaml"));
    manifests.forEach(manifest -> told.add(objects.apply(manifest)));
    Waiting.until(
        "claim " + CLAIM_NAME + " goes from Pending to Bound",
        () -> phases.seen().equals(List.of("Pending", "Bound")),
        () -> phases + "; last event: " + objects.lastEvent(CLAIM_NAME));
    told.add("claim " + CLAIM_NAME + ": " + phases);
    return told;
  }

  private static List<JsonNode> quickstart() {
    try (InputStream in = Demo.class.getResourceAsStream("/examples/quickstart.yaml")) {
      byte[] text =
          java.util.Objects.requireNonNull(in, "quickstart.yaml is in the jar").readAllBytes();
      return Manifests.parse("quickstart.yaml", new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> mounted() {
    Waiting.until(
        "pod " + POD_NAME + " says VolumesMounted",
        () ->
            objects
                .find(Objects.POD, POD_NAME)
                .map(p -> text(p, "/status/reason"))
                .filter("VolumesMounted"::equals)
                .isPresent(),
        () -> objects.lastEvent(POD_NAME));
    List<JsonNode> volumes = objects.mounts(POD_NAME);
    mount = path(volumes, "data");
    scratchDir = path(volumes, "scratch");
    MountEntry entry =
        scratch
            .mountAt(mount)
            .orElseThrow(
                () ->
                    new UnexpectedException("a mount at " + mount, "none in /proc/self/mountinfo"));
    UnexpectedException.unless(entry.fsType().equals("xfs"), "an xfs filesystem", entry.fsType());
    UnexpectedException.unless(
        Files.isWritable(scratchDir), "a folder for emptyDir", scratchDir + " is none");
    mountId = entry.id();
    loop = entry.source();
    return List.of(
        "pod " + POD_NAME + ": volumes mounted",
        "data    = " + scratch.root().relativize(mount),
        "          "
            + entry.fsType()
            + " on "
            + entry.source()
            + ", "
            + scratch.sizeInMebibytes(mount)
            + " MiB",
        "scratch = " + scratch.root().relativize(scratchDir) + " (emptyDir)");
  }

  private static Path path(List<JsonNode> volumes, String name) {
    return volumes.stream()
        .filter(v -> v.path("volume").asText().equals(name))
        .map(v -> Path.of(v.path("path").asText()))
        .findFirst()
        .orElseThrow(
            () -> new UnexpectedException("volume " + name + " of the pod", volumes.toString()));
  }

  private List<String> bound() {
    JsonNode claim = require(Objects.CLAIM, CLAIM_NAME);
    String name = text(claim, "/spec/volumeName");
    JsonNode volume = require(Objects.VOLUME, name);
    expect("the capacity of the claim", SIZE, text(claim, "/status/capacity/storage"));
    expect("the phase of " + name, "Bound", text(volume, "/status/phase"));
    expect("the claim of " + name, CLAIM_NAME, text(volume, "/spec/claimRef/name"));
    expect(
        "the uid in its claimRef",
        text(claim, "/metadata/uid"),
        text(volume, "/spec/claimRef/uid"));
    expect("the driver of " + name, "local.berth.dev", text(volume, "/spec/csi/driver"));
    return List.of(
        "claim " + CLAIM_NAME + " is Bound to PersistentVolume " + name + ", " + SIZE,
        "volume handle "
            + text(volume, "/spec/csi/volumeHandle")
            + ", made by "
            + text(volume, "/spec/csi/driver"));
  }

  private List<String> attached() {
    List<Path> images = scratch.images();
    UnexpectedException.unless(images.size() == 1, "one image in the pool", images);
    FileIdentity identity = scratch.identity(images.getFirst());
    image = Optional.of(identity);
    List<LoopDevice> loops = scratch.loops(identity);
    UnexpectedException.unless(
        loops.size() == 1 && loops.getFirst().path().toString().equals(loop),
        "the image on " + loop + " alone",
        loops);
    LoopDevice device = loops.getFirst();
    return List.of(
        device.path() + " holds " + scratch.root().relativize(images.getFirst()),
        "blocks of "
            + device.blockSize()
            + ", "
            + (device.directIo() ? "direct I/O" : "through the page cache")
            + ", locked against a second attach");
  }

  private List<String> write() {
    sample.write(mount, "file-", 8, 4);
    sample.write(scratchDir, "scratch-", 1, 1);
    sample.verify();
    return List.of("wrote 8 files of 4 MiB into data and one into scratch; noted their SHA-256");
  }

  private List<String> fill() {
    long taken = Sample.fill(mount.resolve("filler"), 320L * Sample.MEBIBYTE);
    sample.verify();
    return List.of(
        "ENOSPC (No space left on device) after "
            + taken / Sample.MEBIBYTE
            + " MiB more: the claim's "
            + SIZE
            + " are a hard limit");
  }

  private List<String> grow(String from, String to) {
    long before = scratch.sizeInMebibytes(mount);
    long more = mebibytes(to) - mebibytes(from);
    JsonNode claim =
        manifests.stream()
            .filter(m -> text(m, "/kind").equals(Objects.CLAIM))
            .findFirst()
            .orElseThrow();
    objects.apply(Objects.resized(claim, to));
    Waiting.until(
        "the claim's capacity becomes " + to,
        () ->
            objects
                .find(Objects.CLAIM, CLAIM_NAME)
                .map(c -> text(c, "/status/capacity/storage"))
                .filter(to::equals)
                .isPresent(),
        () -> objects.lastEvent(CLAIM_NAME));
    long after = scratch.sizeInMebibytes(mount);
    UnexpectedException.unless(
        Math.abs(after - before - more) <= 8,
        "a filesystem of " + (before + more) + " MiB",
        after + " MiB");
    UnexpectedException.unless(
        currentMount() == mountId, "the same mount as before", "another one");
    return List.of(
        "grown from "
            + from
            + " to "
            + to
            + " without unmounting: the filesystem went from "
            + before
            + " to "
            + after
            + " MiB");
  }

  private static long mebibytes(String quantity) {
    return Long.parseLong(quantity.substring(0, quantity.length() - 2));
  }

  private List<String> writeMore() {
    long taken = Sample.fill(mount.resolve("filler"), mebibytes(LARGER) * Sample.MEBIBYTE);
    long least = (mebibytes(LARGER) - mebibytes(SIZE)) * 9 / 10;
    UnexpectedException.unless(
        taken / Sample.MEBIBYTE >= least,
        "at least " + least + " MiB of new room",
        taken / Sample.MEBIBYTE + " MiB");
    sample.verify();
    return List.of(
        "wrote "
            + taken / Sample.MEBIBYTE
            + " MiB more, up to the new limit; the first files are as they were");
  }

  private List<String> kill() {
    long pid = daemon.pid();
    daemon.kill();
    UnexpectedException.unless(!daemon.isAlive(), "the daemon is dead", "pid " + pid + " runs");
    UnexpectedException.unless(currentMount() == mountId, "the mount stays", "it is gone");
    sample.verify();
    return List.of(
        "SIGKILL to pid " + pid + ": the daemon is gone, the mount is not",
        "all " + sample.files() + " files still have their SHA-256");
  }

  private List<String> restart() {
    List<String> told = new ArrayList<>(startDaemon("daemon started again"));
    expect(
        "the phase of the claim",
        "Bound",
        text(require(Objects.CLAIM, CLAIM_NAME), "/status/phase"));
    UnexpectedException.unless(currentMount() == mountId, "the very same mount", "another one");
    UnexpectedException.unless(
        scratch.loops(image.orElseThrow()).size() == 1,
        "the very same loop device",
        scratch.loops(image.orElseThrow()));
    sample.verify();
    told.add("claim, volume, loop device and mount are the same; the files have their SHA-256");
    return told;
  }

  private int currentMount() {
    return scratch.mountAt(mount).map(MountEntry::id).orElse(-1);
  }

  private List<String> deletePod() {
    objects.delete(Objects.POD, POD_NAME);
    UnexpectedException.unless(
        scratch.mounts().isEmpty(), "no mount below " + scratch.root(), scratch.mounts());
    UnexpectedException.unless(
        scratch.loops(image.orElseThrow()).isEmpty(),
        "no loop device on the image",
        scratch.loops(image.orElseThrow()));
    UnexpectedException.unless(
        !Files.exists(scratchDir), "the emptyDir is gone", scratchDir + " is there");
    return List.of("deleted the pod: unmounted, " + loop + " detached, emptyDir gone");
  }

  private List<String> deleteClaim() {
    objects.delete(Objects.CLAIM, CLAIM_NAME);
    Waiting.until(
        "the PersistentVolume goes with its claim",
        () -> objects.all(Objects.VOLUME).isEmpty(),
        () -> objects.all(Objects.VOLUME).toString());
    Waiting.until(
        "the pool is empty", () -> scratch.images().isEmpty(), () -> scratch.images().toString());
    return List.of(
        "deleted the claim: its PersistentVolume and its data went with it (reclaimPolicy Delete)");
  }

  private List<String> stop() {
    int code = daemon.stop();
    UnexpectedException.unless(code == 0, "exit code 0 after SIGTERM", code);
    return List.of("SIGTERM: the daemon ended in order, exit code 0");
  }

  private List<String> removeAll() {
    List<String> problems = scratch.remove();
    UnexpectedException.unless(
        problems.isEmpty(), "nothing to keep the folder from being removed", problems);
    UnexpectedException.unless(
        !Files.exists(scratch.root()), "no " + scratch.root(), "it is there");
    UnexpectedException.unless(!daemon.isAlive(), "no process", "pid " + daemon.pid());
    return List.of("nothing is left: no mount, no loop device, no file, no process");
  }

  private JsonNode require(String kind, String name) {
    return objects
        .find(kind, name)
        .orElseThrow(() -> new UnexpectedException(kind + " " + name, "it does not exist"));
  }

  private static void expect(String what, String expected, String seen) {
    UnexpectedException.unless(expected.equals(seen), what + " is " + expected, seen);
  }

  private static String text(JsonNode object, String pointer) {
    return object.at(pointer).asText("");
  }
}
