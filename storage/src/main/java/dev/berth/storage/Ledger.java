package dev.berth.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;

/**
 * What one pool has promised, and the one formula for what it may still promise. Does no I/O: what
 * the filesystem says is handed in.
 *
 * <p>Available is size × overcommit − reserve − Σ promised and, when overcommit is at most 1, never
 * more than {@code room} − Σ promised. Room is what the filesystem has free plus what ours holds of
 * it already, so {@code room − Σ promised} is what is free minus what volumes were promised and
 * have not taken yet; and it does not change while volumes fill.
 */
final class Ledger {
  /** How much of the filesystem is the pool's and how it may be promised. */
  record Terms(Bytes size, double overcommit, Bytes reserve) {
    Bytes promisable() {
      BigDecimal most =
          BigDecimal.valueOf(overcommit)
              .multiply(BigDecimal.valueOf(size.value()))
              .setScale(0, RoundingMode.FLOOR)
              .min(BigDecimal.valueOf(Long.MAX_VALUE));
      return new Bytes(most.longValueExact()).minusOrZero(reserve);
    }
  }

  /** Why something is promised. */
  enum Kind {
    VOLUME,
    SNAPSHOT,
    DRAFT,
    TRASH
  }

  /** Who it is promised to. */
  record Entry(Kind kind, String name) {}

  @GuardedBy("this")
  private final Map<Entry, Bytes> promises = new HashMap<>();

  @GuardedBy("this")
  private Bytes promised = Bytes.ZERO;

  @GuardedBy("this")
  private Terms terms;

  @GuardedBy("this")
  private Bytes room;

  Ledger(Terms terms, Bytes room) {
    this.terms = terms;
    this.room = room;
  }

  /** The one formula. */
  static Bytes available(Terms terms, Bytes room, Bytes promised) {
    Bytes byTerms = terms.promisable().minusOrZero(promised);
    return terms.overcommit() > 1 ? byTerms : byTerms.min(room.minusOrZero(promised));
  }

  /** What the filesystem says now. */
  synchronized void measured(Terms now, Bytes roomNow) {
    terms = now;
    room = roomNow;
  }

  /** Promises {@code bytes} to {@code entry}, which has nothing yet, if that much is available. */
  synchronized boolean reserve(Entry entry, Bytes bytes) {
    if (promises.containsKey(entry)) {
      throw new IllegalStateException(entry + " has a promise already");
    }
    return enlarge(entry, bytes);
  }

  /** Raises the promise of {@code entry} to {@code bytes} if what it takes more is available. */
  synchronized boolean enlarge(Entry entry, Bytes bytes) {
    Bytes more = bytes.minusOrZero(promises.getOrDefault(entry, Bytes.ZERO));
    if (more.isMoreThan(available())) {
      return false;
    }
    put(entry, bytes.max(promises.getOrDefault(entry, Bytes.ZERO)));
    return true;
  }

  /** Writes down what is so already, whether or not it fits: what lies on the disk. */
  synchronized void put(Entry entry, Bytes bytes) {
    Bytes before = promises.getOrDefault(entry, Bytes.ZERO);
    promised = promised.minus(before).plus(bytes);
    promises.put(entry, bytes);
  }

  synchronized void release(Entry entry) {
    Bytes before = promises.remove(entry);
    if (before != null) {
      promised = promised.minus(before);
    }
  }

  /** The promise of {@code from} ends and {@code to} gets {@code bytes}, in one step. */
  synchronized void move(Entry from, Entry to, Bytes bytes) {
    release(from);
    put(to, bytes);
  }

  synchronized Bytes promised() {
    return promised;
  }

  synchronized Bytes promised(Kind kind) {
    return promises.entrySet().stream()
        .filter(e -> e.getKey().kind() == kind)
        .map(Map.Entry::getValue)
        .reduce(Bytes.ZERO, Bytes::plus);
  }

  synchronized Bytes available() {
    return available(terms, room, promised);
  }

  synchronized Bytes size() {
    return terms.size();
  }
}
