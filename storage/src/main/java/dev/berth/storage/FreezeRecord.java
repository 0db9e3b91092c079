package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.FileIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What is about to be frozen, as the state directory has it: volumes, and the files they are. */
record FreezeRecord(List<Entry> entries) {
  /**
   * One volume.
   *
   * @param image by which its loop device is found again, whatever number that has
   */
  record Entry(VolumeId volume, FileIdentity image) {}

  FreezeRecord {
    entries = List.copyOf(entries);
  }

  byte[] bytes() {
    ObjectNode node = Document.begin();
    ArrayNode volumes = node.putArray("volumes");
    for (Entry entry : entries) {
      volumes
          .addObject()
          .put("id", entry.volume().toString())
          .put("device", entry.image().device().toString())
          .put("inode", Long.toUnsignedString(entry.image().inode()));
    }
    return Document.seal(node);
  }

  static FreezeRecord of(Path file, byte[] bytes) {
    Fields fields = new Fields(file, Document.open(file, bytes));
    fields.only(Set.of("format", "volumes"), Document.FORMAT);
    return new FreezeRecord(fields.objects("volumes").stream().map(FreezeRecord::entry).toList());
  }

  private static Entry entry(Fields fields) {
    DeviceNumber device = fields.parsed("device", "is not a device", DeviceNumber::parse);
    long inode = fields.parsed("inode", "is not a number", Long::parseUnsignedLong);
    return new Entry(
        fields.parsedOptional("id", "is not the id of a volume", VolumeId::parse),
        new FileIdentity(device, inode));
  }
}
