package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.Ledger.Terms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The one formula, and that no sequence of operations promises more than it allows. */
class LedgerTest {
  private static final Bytes PLENTY = Bytes.ofGiB(1000);

  @Test
  void available_is_size_times_overcommit_minus_reserve_minus_promised() {
    Terms terms = new Terms(Bytes.ofGiB(10), 1.5, Bytes.ofGiB(2));
    assertThat(Ledger.available(terms, Bytes.ZERO, Bytes.ofGiB(3))).isEqualTo(Bytes.ofGiB(10));
    assertThat(Ledger.available(terms, Bytes.ZERO, Bytes.ofGiB(14))).isEqualTo(Bytes.ZERO);
  }

  @Test
  void without_overcommit_never_more_than_the_filesystem_has_for_us() {
    Terms terms = new Terms(Bytes.ofGiB(10), 1.0, Bytes.ZERO);
    assertThat(Ledger.available(terms, Bytes.ofGiB(4), Bytes.ofGiB(3))).isEqualTo(Bytes.ofGiB(1));
    assertThat(Ledger.available(terms, PLENTY, Bytes.ofGiB(3))).isEqualTo(Bytes.ofGiB(7));
  }

  @Test
  void a_size_times_overcommit_that_no_number_holds_is_the_largest_number() {
    Terms terms = new Terms(new Bytes(Long.MAX_VALUE), 1000, Bytes.ZERO);
    assertThat(terms.promisable()).isEqualTo(new Bytes(Long.MAX_VALUE));
  }

  @Test
  void one_entry_is_promised_once() {
    Ledger ledger = new Ledger(new Terms(Bytes.ofGiB(1), 1, Bytes.ZERO), PLENTY);
    Entry entry = new Entry(Kind.DRAFT, "a");
    assertThat(ledger.reserve(entry, Bytes.ofMiB(1))).isTrue();
    assertThatThrownBy(() -> ledger.reserve(entry, Bytes.ofMiB(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  /** What a pool may do next with the volume of one name. */
  enum Step {
    RESERVE,
    COMMIT,
    ENLARGE,
    DELETE,
    EMPTY,
    RELEASE
  }

  record Move(Step step, String name, long mebibytes) {}

  @Provide
  Arbitrary<List<Move>> moves() {
    return Combinators.combine(
            Arbitraries.of(Step.class),
            Arbitraries.of("a", "b", "c", "d"),
            Arbitraries.longs().between(0, 600))
        .as(Move::new)
        .list()
        .ofMaxSize(200);
  }

  @Property
  void promises_never_exceed_what_may_be_promised(
      @ForAll("moves") List<Move> moves,
      @ForAll @DoubleRange(min = 0.1, max = 3) double overcommit,
      @ForAll @IntRange(max = 400) int reserveMiB,
      @ForAll @IntRange(max = 2000) int roomMiB) {
    Terms terms = new Terms(Bytes.ofMiB(1000), overcommit, Bytes.ofMiB(reserveMiB));
    Bytes room = Bytes.ofMiB(roomMiB);
    Ledger ledger = new Ledger(terms, room);
    Map<Entry, Bytes> model = new HashMap<>();
    for (Move move : moves) {
      apply(move, ledger, model);
      Bytes sum = model.values().stream().reduce(Bytes.ZERO, Bytes::plus);
      assertThat(ledger.promised()).isEqualTo(sum);
      assertThat(sum).isLessThanOrEqualTo(terms.promisable());
      if (overcommit <= 1) {
        assertThat(sum).isLessThanOrEqualTo(room);
      }
      assertThat(ledger.available()).isEqualTo(Ledger.available(terms, room, sum));
    }
  }

  private static void apply(Move move, Ledger ledger, Map<Entry, Bytes> model) {
    Entry draft = new Entry(Kind.DRAFT, move.name());
    Entry volume = new Entry(Kind.VOLUME, move.name());
    Entry trash = new Entry(Kind.TRASH, move.name());
    Bytes size = Bytes.ofMiB(move.mebibytes());
    switch (move.step()) {
      case RESERVE -> {
        if (!model.containsKey(draft) && ledger.reserve(draft, size)) {
          model.put(draft, size);
        }
      }
      case COMMIT -> {
        if (model.containsKey(draft) && !model.containsKey(volume)) {
          ledger.move(draft, volume, model.get(draft));
          model.put(volume, model.remove(draft));
        }
      }
      case ENLARGE -> {
        if (model.containsKey(volume) && ledger.enlarge(volume, size)) {
          model.put(volume, size.max(model.get(volume)));
        }
      }
      case DELETE -> {
        if (model.containsKey(volume) && !model.containsKey(trash)) {
          Bytes data = size.min(model.get(volume));
          ledger.move(volume, trash, data);
          model.remove(volume);
          model.put(trash, data);
        }
      }
      case EMPTY -> {
        ledger.release(trash);
        model.remove(trash);
      }
      case RELEASE -> {
        ledger.release(draft);
        model.remove(draft);
      }
    }
  }
}
