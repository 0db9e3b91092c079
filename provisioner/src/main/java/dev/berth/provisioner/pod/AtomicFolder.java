package dev.berth.provisioner.pod;

import com.google.protobuf.ByteString;
import dev.berth.provisioner.pod.Payload.PayloadFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fills a folder so that a reader sees all files of one payload or all of the next, as a kubelet
 * does: the files lie in a folder named after the time, {@code ..data} is a link to it that is
 * replaced in one rename, and what people open are links through {@code ..data}.
 */
final class AtomicFolder {
  private static final String DATA = "..data";
  private static final String NEXT_DATA = "..data_tmp";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("'..'yyyy_MM_dd_HH_mm_ss.SSSSSSSSS").withZone(ZoneOffset.UTC);

  /** Nobody else reads a file before its own mode says so. */
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int FOLDER_MODE = 0755;

  /** Set-group-ID, and to be read and entered by the group. */
  private static final int GROUP_FOLDER = 02550;

  private static final int PERMISSIONS = 07777;

  private final Path folder;
  private final HostMounts mounts;

  AtomicFolder(Path folder, HostMounts mounts) {
    this.folder = folder;
    this.mounts = mounts;
  }

  /**
   * Brings the folder from whatever an earlier write left, finished or not, to this payload. One
   * that has it already is only swept.
   *
   * @param now names the new files' folder
   */
  void write(Payload payload, Instant now) throws IOException {
    Optional<Path> current = current();
    if (current.isEmpty() || !read(folder.resolve(current.get())).equals(payload.files())) {
      Path next = Path.of(STAMP.format(now));
      fill(folder.resolve(next), payload);
      own(folder.resolve(next), payload); // before anybody can open it
      flip(next);
      current = Optional.of(next);
    }
    link(payload);
    sweep(payload, current.get());
    own(folder, payload);
  }

  /** What belongs to a group is so with all folders and links, as a kubelet has it. */
  private static void own(Path top, Payload payload) throws IOException {
    if (payload.group().isEmpty()) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(top)) {
      all = found.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.setAttribute(path, "unix:gid", payload.group().getAsInt(), LinkOption.NOFOLLOW_LINKS);
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:mode", (mode & PERMISSIONS) | GROUP_FOLDER);
      }
    }
  }

  private Optional<Path> current() throws IOException {
    Path data = folder.resolve(DATA);
    if (!Files.isSymbolicLink(data)) {
      return Optional.empty();
    }
    try {
      // One name alone: what a container made of the link leads nowhere else.
      return Optional.ofNullable(Files.readSymbolicLink(data).getFileName())
          .filter(name -> Files.isDirectory(folder.resolve(name), LinkOption.NOFOLLOW_LINKS));
    } catch (NotLinkException _) {
      return Optional.empty();
    }
  }

  private static Map<String, PayloadFile> read(Path of) throws IOException {
    try (Stream<Path> all = Files.walk(of)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .collect(Collectors.toMap(path -> of.relativize(path).toString(), AtomicFolder::file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static PayloadFile file(Path path) {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return new PayloadFile(ByteString.copyFrom(Files.readAllBytes(path)), mode & 0777);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill(Path next, Payload payload) throws IOException {
    Folders.removeTree(next, mounts); // of an attempt at the same instant
    folder(next);
    for (Map.Entry<String, PayloadFile> each : payload.files().entrySet()) {
      Path file = next.resolve(each.getKey());
      folders(next, Folders.parentOf(file));
      Files.createFile(file, PRIVATE);
      Files.write(file, each.getValue().content().toByteArray());
      Files.setAttribute(file, "unix:mode", each.getValue().mode());
    }
  }

  private static void folders(Path top, Path wanted) throws IOException {
    Path at = top;
    for (Path part : top.relativize(wanted)) {
      at = at.resolve(part);
      if (!part.toString().isEmpty() && !Files.isDirectory(at)) {
        folder(at);
      }
    }
  }

  private static void folder(Path at) throws IOException {
    Files.createDirectory(at);
    Files.setAttribute(at, "unix:mode", FOLDER_MODE); // whatever the umask is
  }

  private void flip(Path next) throws IOException {
    Path draft = folder.resolve(NEXT_DATA);
    Files.deleteIfExists(draft);
    Files.createSymbolicLink(draft, next);
    Files.move(draft, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
  }

  private void link(Payload payload) throws IOException {
    for (String top : payload.tops()) {
      Path link = folder.resolve(top);
      Path through = Path.of(DATA, top);
      if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(through)) {
        Folders.removeTree(link, mounts);
        Files.createSymbolicLink(link, through);
      }
    }
  }

  /** What is no longer in the payload, and the files of earlier ones. */
  private void sweep(Payload payload, Path current) throws IOException {
    Set<String> kept = Set.of(DATA, current.toString());
    Set<String> tops = payload.tops();
    for (String name : Folders.names(folder)) {
      if (!kept.contains(name) && !tops.contains(name)) {
        Folders.removeTree(folder.resolve(name), mounts);
      }
    }
  }
}
