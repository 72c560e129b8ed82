import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, zip } from "../../../rnn_demo/ui/static/js/picture/zip.js";

const bytes = (text) => new TextEncoder().encode(text);

test("the checksum is the one that every zip reader computes", () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(bytes("")), 0);
});

test("the directory says where each file is", () => {
  const files = [
    ["a.svg", bytes("one")],
    ["schön.svg", bytes("zwei")],
    ["empty", bytes("")],
  ];
  const archive = Buffer.concat(zip(files));
  const end = archive.length - 22;
  assert.equal(archive.readUInt32LE(end), 0x06054b50);
  assert.equal(archive.readUInt16LE(end + 10), files.length);
  let at = archive.readUInt32LE(end + 16);
  for (const [name, data] of files) {
    assert.equal(archive.readUInt32LE(at), 0x02014b50);
    assert.equal(archive.readUInt32LE(at + 16), crc32(data));
    const length = archive.readUInt16LE(at + 28),
      local = archive.readUInt32LE(at + 42);
    assert.equal(archive.subarray(at + 46, at + 46 + length).toString(), name);
    assert.equal(archive.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + length;
    assert.deepEqual([...archive.subarray(start, start + data.length)], [...data]);
    at += 46 + length;
  }
  assert.equal(at, end);
});
