// Several lists of tokens under the same columns: what they have in common stands in one column. Nothing here draws.

// The longest tokens that two lists have in common, in order: pairs of places [[i, j]].
export function commonPairs(first, second) {
  const [n, m] = [first.length, second.length],
    lengths = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      lengths[i][j] =
        first[i] === second[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  const pairs = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (first[i] === second[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

// The columns of lists of tokens: of each the place in every list, −1 where a list has nothing there. Between two
// tokens that are the same, tokens that differ stand in one column each as long as there are some in both.
export function mergedColumns(lists) {
  const [first, ...others] = lists;
  let columns = first.map((token, i) => ({ token, at: [i] }));
  others.forEach((list, k) => (columns = withList(columns, list, k + 1)));
  return columns.map(({ at }) => at);
}

function withList(columns, list, count) {
  const pairs = commonPairs(
    columns.map(({ token }) => token),
    list,
  );
  const merged = [];
  let [i, j] = [0, 0];
  for (const [column, place] of [...pairs, [columns.length, list.length]]) {
    while (i < column || j < place) {
      const has = i < column ? columns[i++] : { token: list[j], at: Array(count).fill(-1) };
      merged.push({ token: has.token, at: [...has.at, j < place ? j++ : -1] });
    }
    if (column < columns.length) merged.push({ ...columns[i++], at: [...columns[column].at, j++] });
  }
  return merged;
}

// Of each column, the last place in list `k` that has been read by then; −1 before its first token.
export function placesRead(columns, k) {
  let last = -1;
  return columns.map((at) => (last = at[k] < 0 ? last : at[k]));
}

// The columns [from, to] of step t of the first list: what another list has before a token belongs to its step, and
// what it has after the last one to the last step.
export function columnsOfStep(columns, t) {
  const places = placesRead(columns, 0),
    from = t === 0 ? 0 : places.indexOf(t - 1) + 1,
    last = columns.length - 1;
  const own = columns.findIndex((at) => at[0] === t);
  return places[last] === t ? [from === 0 && t > 0 ? own : from, last] : [from, own];
}
