package dev.berth.controller.metadata;

import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.BlockMetadata;
import dev.berth.storage.BlockScan;
import dev.berth.storage.ByteRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The ranges of a scan, as many at a time as one message takes. */
final class Messages {
  /** What a message has when the caller leaves it to us, and at most: some tens of kilobytes. */
  private static final int MOST = 2048;

  private final String about;
  private final Reads reads;
  private final BlockScan scan;
  private final BooleanSupplier unwanted;
  private final int most;
  private final Deque<ByteRange> found = new ArrayDeque<>();

  /**
   * @param maxResults 0 for as many as we like
   * @param unwanted whether the caller has gone, asked between one window and the next
   */
  Messages(String about, Reads reads, BlockScan scan, int maxResults, BooleanSupplier unwanted) {
    this.about = about;
    this.reads = reads;
    this.scan = scan;
    this.unwanted = unwanted;
    this.most = maxResults == 0 ? MOST : Math.min(maxResults, MOST);
  }

  /** Of the snapshot that is looked through. */
  long capacity() {
    return scan.size().value();
  }

  /** The next; empty at the end, and when nobody wants it any more. */
  Optional<List<BlockMetadata>> next() {
    while (found.size() < most && !scan.isAtEnd() && !unwanted.getAsBoolean()) {
      found.addAll(reads.ask(about, scan::next));
    }
    if (found.isEmpty() || unwanted.getAsBoolean()) {
      return Optional.empty();
    }
    List<BlockMetadata> message = new ArrayList<>();
    while (message.size() < most && !found.isEmpty()) {
      ByteRange range = found.removeFirst();
      message.add(
          BlockMetadata.newBuilder()
              .setByteOffset(range.offset())
              .setSizeBytes(range.length())
              .build());
    }
    return Optional.of(message);
  }
}
