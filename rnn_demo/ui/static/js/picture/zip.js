// A zip archive without compression (PKWARE APPNOTE 4.3): each file with its header, then the directory.

const u16 = (n) => [n & 255, (n >> 8) & 255];
const u32 = (n) => [...u16(n & 65535), ...u16(n >>> 16)];

// `files` are [name, bytes]; returns the parts of the archive, for a Blob.
export function zip(files) {
  const parts = [],
    directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const title = new TextEncoder().encode(name);
    const flags = [...u16(20), ...u16(2048), ...u16(0), ...u32(0x00210000)]; // version 2.0, UTF-8, stored, 1980-01-01
    const sizes = [...u32(crc32(data)), ...u32(data.length), ...u32(data.length), ...u16(title.length), ...u16(0)];
    const header = Uint8Array.from([...u32(0x04034b50), ...flags, ...sizes, ...title]);
    const nothing = [...u32(0), ...u16(0), ...u32(0)]; // comment, disk, attributes
    directory.push([...u32(0x02014b50), ...u16(20), ...flags, ...sizes, ...nothing, ...u32(offset), ...title]);
    parts.push(header, data);
    offset += header.length + data.length;
  }
  const entries = directory.flat(),
    count = u16(files.length);
  const end = [...u32(0x06054b50), ...u32(0), ...count, ...count, ...u32(entries.length), ...u32(offset), ...u16(0)];
  return [...parts, Uint8Array.from([...entries, ...end])];
}

export function crc32(data) {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
