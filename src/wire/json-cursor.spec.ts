import { describe, expect, it } from '@jest/globals';
import { JsonCursor } from './json-cursor.js';

const name = (text: string): Uint8Array => Buffer.from(text);

function valid(text: string): boolean {
  return new JsonCursor().reset(Buffer.from(text)).atEnd();
}

/** The text of each top-level member whose key is `key`. */
function membersNamed(key: string, text: string): string[] {
  const bytes = Buffer.from(text);
  const cursor = new JsonCursor().reset(bytes);
  const found: string[] = [];
  expect(cursor.enterObject()).toBe(true);
  while (cursor.nextMember()) {
    const matches = cursor.keyEquals(name(key));
    cursor.skipValue();
    if (matches) {
      found.push(bytes.toString('utf8', cursor.valueStart, cursor.valueEnd));
    }
  }
  expect(cursor.atEnd()).toBe(true);
  return found;
}

/** The texts of delta's members, of each finish reason and of the model, as a proxy reads them. */
function readChunk(text: string): string[] {
  const bytes = Buffer.from(text);
  const cursor = new JsonCursor().reset(bytes);
  const seen: string[] = [];
  const note = (): void => {
    cursor.skipValue();
    seen.push(bytes.toString('utf8', cursor.valueStart, cursor.valueEnd));
  };
  const readChoice = (): void => {
    cursor.enterObject();
    while (cursor.nextMember()) {
      if (cursor.keyEquals(name('finish_reason'))) {
        note();
      } else if (cursor.keyEquals(name('delta')) && cursor.enterObject()) {
        while (cursor.nextMember()) {
          note();
        }
      }
    }
  };
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyEquals(name('choices')) && cursor.enterArray()) {
      while (cursor.nextElement()) {
        readChoice();
      }
    } else if (cursor.keyEquals(name('model'))) {
      note();
    }
  }
  expect(cursor.atEnd()).toBe(true);
  return seen;
}

/** Members of the top object, none of them looked at; undefined when the document is not valid. */
function countMembers(text: string): number | undefined {
  const cursor = new JsonCursor().reset(Buffer.from(text));
  let members = 0;
  cursor.enterObject();
  while (cursor.nextMember()) {
    members += 1;
  }
  return cursor.atEnd() ? members : undefined;
}

/** Enters arrays as deep as they go, and leaves them all; says how many there were. */
function enterAll(text: string): number {
  const cursor = new JsonCursor().reset(Buffer.from(text));
  let depth = 0;
  while (cursor.enterArray()) {
    depth += 1;
    cursor.nextElement();
  }
  let left = 1;
  while (left < depth && !cursor.nextElement()) {
    left += 1;
  }
  expect(cursor.atEnd()).toBe(true);
  return left;
}

describe('JsonCursor', () => {
  describe('verdict', () => {
    it.each([
      '{}',
      '[]',
      '""',
      '0',
      '-0',
      '-0.0e-0',
      '10',
      '1.50',
      '2E+9',
      '1e9',
      'true',
      'false',
      'null',
      ' \t\r\n{ "a" : [ 1 , { } , [ ] ] } \n',
      '{"a":1,"a":2}',
      '{"":""}',
      String.raw`"\"\\\/\b\f\n\r\t\u00e9\uABCD\ud800"`,
      '"\u007f\u2028é😀"',
      `"${'x'.repeat(1000)}"`,
      `"${'x'.repeat(200)}\\n${'é'.repeat(200)}"`,
    ])('accepts %j', (text) => {
      expect(valid(text)).toBe(true);
    });

    it.each([
      '',
      ' \n',
      '{',
      '}',
      '{]',
      '[}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,"a":1}',
      '{"a":1 "b":2}',
      '{a:1}',
      '{1:1}',
      "{'a':1}",
      '{"a":1',
      '{"a',
      '[1,]',
      '[,1]',
      '[1 2]',
      '[1',
      '[1,',
      '01',
      '-',
      '+1',
      '.5',
      '1.',
      '1.e1',
      '1e',
      '1e+',
      '-01',
      '0x1',
      'NaN',
      'Infinity',
      'tru',
      'trux',
      'truex',
      'nul',
      'undefined',
      '"',
      '"a',
      '"\\',
      String.raw`"\x"`,
      String.raw`"\u12"`,
      String.raw`"\u12g4"`,
      String.raw`"\u123`,
      '"\n"',
      '"\t"',
      '"\u0000"',
      `"${'x'.repeat(500)}\u001f${'x'.repeat(500)}"`,
      `"${'x'.repeat(500)}`,
      '{}{}',
      '1 2',
      '{} x',
      '\uFEFF{}',
      '\u00a0{}',
      '\f{}',
      '\v1',
    ])('refuses %j', (text) => {
      expect(valid(text)).toBe(false);
    });

    it('looks at nothing outside the range it was given', () => {
      const bytes = Buffer.from('1234 true');
      const cursor = new JsonCursor();

      expect(cursor.reset(bytes, 1, 3).skipValue()).toBe(true);
      expect([cursor.valueStart, cursor.valueEnd]).toStrictEqual([1, 3]);
      expect(cursor.atEnd()).toBe(true);
      expect(cursor.reset(bytes, 5, 8).atEnd()).toBe(false);
      expect(cursor.reset(Buffer.from('1.5'), 0, 2).atEnd()).toBe(false);
      expect(cursor.reset(Buffer.from('1e55'), 0, 3).atEnd()).toBe(true);
      expect(cursor.reset(Buffer.from('"a"'), 0, 2).atEnd()).toBe(false);
    });

    it('reads bytes at any offset of their buffer', () => {
      const text = `{"image":"${'QUJD'.repeat(100)}","model":"m"}`;
      for (let offset = 0; offset < 8; offset += 1) {
        const bytes = Buffer.from(' '.repeat(offset) + text).subarray(offset);
        expect(new JsonCursor().reset(bytes).atEnd()).toBe(true);
      }
    });

    it('finds a control character at any place of a long string', () => {
      for (let place = 0; place < 300; place += 1) {
        const text = `"${'x'.repeat(place)}\u001f${'y'.repeat(300 - place)}"`;
        expect(valid(text)).toBe(false);
      }
    });

    it.each([1000, 100_000])('takes %i levels of nesting', (depth) => {
      expect(valid('['.repeat(depth) + ']'.repeat(depth))).toBe(true);
      expect(valid('{"a":['.repeat(depth) + ']}'.repeat(depth))).toBe(true);
      expect(valid('['.repeat(depth) + ']'.repeat(depth - 1))).toBe(false);
      expect(valid('['.repeat(depth) + ']'.repeat(depth - 1) + '}')).toBe(false);
    });

    it('can be entered 100,000 levels deep by its caller', () => {
      const depth = 100_000;

      expect(enterAll('['.repeat(depth) + ']'.repeat(depth))).toBe(depth);
    });
  });

  describe('members', () => {
    it('finds the top-level member alone', () => {
      const text = '{"x":{"model":"inner"},"y":"\\"model\\":\\"text\\"","model" : "outer" ,"z":[]}';

      expect(membersNamed('model', text)).toStrictEqual(['"outer"']);
    });

    it('finds each of several members of one name', () => {
      expect(membersNamed('a', '{"a":1,"b":2,"a":{"a":3}}')).toStrictEqual(['1', '{"a":3}']);
    });

    it('decodes a key that is written with escapes', () => {
      expect(
        membersNamed('model', String.raw`{"mod\u0065l":1,"\u006D\u006f\u0064el":2}`),
      ).toStrictEqual(['1', '2']);
      expect(membersNamed('a/b', String.raw`{"a\/b":1}`)).toStrictEqual(['1']);
    });

    it('takes no other key for the name', () => {
      const text = String.raw`{"mode":1,"models":2,"Model":3,"":4,"mod\u0065":5,"mod\nel":6,"é":7}`;

      expect(membersNamed('model', text)).toStrictEqual([]);
    });

    it('does not decode a key that is too long to be the name', () => {
      expect(membersNamed('a', `{"\\u0061${'x'.repeat(10_000)}":1}`)).toStrictEqual([]);
    });

    it('still knows the key after its value has been skipped', () => {
      const cursor = new JsonCursor().reset(Buffer.from('{"outer":{"inner":1}}'));
      cursor.enterObject();
      cursor.nextMember();
      cursor.skipValue();

      expect(cursor.keyEquals(name('outer'))).toBe(true);
      expect(cursor.keyEquals(name('inner'))).toBe(false);
    });
  });

  describe('walk', () => {
    it('reads a stream chunk in one pass', () => {
      const text =
        '{"choices":[{"delta":{"content":"Hi","role":null},"finish_reason":"stop","index":0},' +
        '{"delta":{}}],"usage":{"total_tokens":3},"model":"qwen3-max"}';

      expect(readChunk(text)).toStrictEqual(['"Hi"', 'null', '"stop"', '"qwen3-max"']);
    });

    it.each([
      [' {"a":1}', '{'],
      ['[1]', '['],
      ['"a"', '"'],
      ['true', 't'],
      ['false', 'f'],
      ['null', 'n'],
      ['-1', '-'],
      ['7', '7'],
    ])('shows the first byte of %j without reading it', (text, first) => {
      const cursor = new JsonCursor().reset(Buffer.from(text));

      expect(String.fromCharCode(cursor.valueByte)).toBe(first);
      expect(cursor.atEnd()).toBe(true);
      expect(cursor.valueByte).toBe(-1);
    });

    it('does not enter what is not there', () => {
      const cursor = new JsonCursor();

      expect(cursor.reset(Buffer.from('[]')).enterObject()).toBe(false);
      expect(cursor.failed).toBe(false);
      expect(cursor.enterArray()).toBe(true);
      expect(cursor.nextElement()).toBe(false);
      expect(cursor.atEnd()).toBe(true);
    });

    it('skips a value that its caller left unread, and checks it', () => {
      expect(countMembers('{"a":[1,{"b":2}],"c":3}')).toBe(2);
      expect(countMembers('{"a":[1,{"b":2],"c":3}')).toBeUndefined();
      expect(countMembers('{"a":}')).toBeUndefined();
    });

    it('is not at the end while a container is open', () => {
      const cursor = new JsonCursor().reset(Buffer.from('[1'));
      cursor.enterArray();
      cursor.nextElement();
      cursor.skipValue();

      expect(cursor.atEnd()).toBe(false);
      expect(cursor.failed).toBe(true);
    });

    it('says false to everything after a failure, until it is reset', () => {
      const cursor = new JsonCursor().reset(Buffer.from('{"a":1,,"b":2}'));
      cursor.enterObject();
      cursor.nextMember();
      cursor.skipValue();

      expect(cursor.nextMember()).toBe(false);
      expect(cursor.failed).toBe(true);
      expect(cursor.position).toBe(7);
      expect(cursor.valueByte).toBe(-1);
      expect(cursor.keyEquals(name('a'))).toBe(false);
      expect(cursor.enterObject()).toBe(false);
      expect(cursor.enterArray()).toBe(false);
      expect(cursor.nextMember()).toBe(false);
      expect(cursor.nextElement()).toBe(false);
      expect(cursor.skipValue()).toBe(false);
      expect(cursor.atEnd()).toBe(false);
      expect(cursor.reset(Buffer.from('{}')).atEnd()).toBe(true);
    });

    it('has nothing to read before it is given bytes', () => {
      expect(new JsonCursor().atEnd()).toBe(false);
    });
  });
});
