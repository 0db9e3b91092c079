package dev.berth.provisioner.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code vol_data.json} beside a mount, with a kubelet's names: the one way to know the
 * volume's handle when its PersistentVolume is already gone. It identifies; it never says whether
 * the volume is mounted.
 */
final class VolumeData {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeData.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private VolumeData() {}

  /** Writes the file whole or not at all, its folders included. */
  static void write(Path file, CsiVolume volume, String pv) throws IOException {
    Path folder = Folders.parentOf(file);
    Folders.create(folder);
    Path draft = folder.resolve(file.getFileName() + ".new");
    Files.write(
        draft,
        JSON.writeValueAsBytes(
            Map.of(
                "driverName", volume.driver(), "volumeHandle", volume.handle(), "specVolID", pv)));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The volume that the file names; empty when there is no file or it cannot be read. */
  static Optional<CsiVolume> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      String driver = json.path("driverName").asText("");
      String handle = json.path("volumeHandle").asText("");
      if (!driver.isEmpty() && !handle.isEmpty()) {
        return Optional.of(new CsiVolume(driver, handle));
      }
      LOG.warn("{}: driverName or volumeHandle is missing; ignored", file);
    } catch (NoSuchFileException _) {
      return Optional.empty(); // nothing was begun there
    } catch (IOException e) {
      LOG.warn("{}: cannot be read and is ignored: {}", file, e.toString());
    }
    return Optional.empty();
  }

  /** Removes the file and what an interrupted write left. */
  static void remove(Path file) throws IOException {
    Files.deleteIfExists(Folders.parentOf(file).resolve(file.getFileName() + ".new"));
    Files.deleteIfExists(file);
  }
}
