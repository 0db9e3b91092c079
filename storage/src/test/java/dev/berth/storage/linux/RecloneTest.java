package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.linux.Reclone.Extent;
import dev.berth.storage.linux.Reclone.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecloneTest {
  private static final int BLOCKS = 40;

  @Test
  void what_is_alike_is_left_alone_however_it_is_cut_into_extents() {
    List<Extent> whole = List.of(new Extent(0, 100, 8), new Extent(10, 50, 4));
    List<Extent> pieces =
        List.of(new Extent(0, 100, 3), new Extent(3, 103, 5), new Extent(10, 50, 4));
    assertThat(Reclone.differences(whole, pieces)).isEmpty();
    assertThat(Reclone.differences(whole, List.of(new Extent(0, 100, 8))))
        .containsExactly(new Range(10, 4));
    assertThat(Reclone.differences(List.of(), whole))
        .containsExactly(new Range(0, 8), new Range(10, 4));
  }

  /** Block by block, for many small files. */
  @Test
  void every_block_that_lies_elsewhere_is_found_and_no_other() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      int[] one = file(random);
      int[] other = one.clone();
      for (int i = 0; i < random.nextInt(6); i++) {
        other[random.nextInt(BLOCKS)] = random.nextInt(3) * 1000 + random.nextInt(BLOCKS);
      }
      boolean[] expected = new boolean[BLOCKS];
      for (int i = 0; i < BLOCKS; i++) {
        expected[i] = one[i] != other[i];
      }
      boolean[] found = new boolean[BLOCKS];
      for (Range range : Reclone.differences(extents(one, random), extents(other, random))) {
        for (long i = range.start(); i < range.start() + range.length(); i++) {
          found[(int) i] = true;
        }
      }
      assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** Where each block lies; 0 is nowhere. */
  private static int[] file(Random random) {
    int[] blocks = new int[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      int before = i == 0 ? 0 : blocks[i - 1];
      blocks[i] =
          random.nextInt(3) == 0 ? random.nextInt(2) * (i + 100) : before == 0 ? 0 : before + 1;
    }
    return blocks;
  }

  private static List<Extent> extents(int[] blocks, Random random) {
    List<Extent> all = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      if (blocks[i] == 0) {
        continue;
      }
      Extent last = all.isEmpty() ? new Extent(-1, -1, 0) : all.getLast();
      if (last.end() == i && last.at(i) == blocks[i] && random.nextInt(4) > 0) {
        all.set(all.size() - 1, new Extent(last.logical(), last.physical(), last.length() + 1));
      } else {
        all.add(new Extent(i, blocks[i], 1));
      }
    }
    return all;
  }
}
