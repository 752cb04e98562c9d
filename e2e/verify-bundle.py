#!/usr/bin/env python3
"""Verifies an unpacked bundle of the access log. Standard library and the openssl command; an implementation of its own.

verify-bundle.py DIR [--key FINGERPRINT] [--anchor FILE] [--earlier DIR]
verify-bundle.py --many    the same arguments, tab-separated, a line each on standard input; a line "code sentence" each

Exit: 0 whole, by the key named, and extending the anchor or the earlier export; 2 consistent, but not all was checked;
1 not whole.
"""
import base64
import datetime
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile

MOST_LINE = 1 << 20
SAFE = (1 << 53) - 1
ALWAYS = {'rows.jsonl', 'proofs.jsonl', 'checkpoint', 'public-key.pem', 'verify.mjs', 'verify.html', 'README.md'}
MEMBERS = {'format', 'kind', 'redacted', 'made_at', 'origin', 'filter', 'rows', 'blocks', 'files', 'first_leaf',
           'last_leaf', 'size', 'root', 'key', 'proves', 'does_not_prove', 'signature'}
BLOCK = {'v', 'series', 'number', 'previous', 'root', 'count', 'through_tx', 'through_id', 'horizon', 'at'}


class Fault(Exception):
    pass


def need(holds, *sentence):
    if not holds:
        raise Fault(' '.join(map(str, sentence)))


def sha(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(part)
    return h.digest()


# --- JSON in its one spelling (RFC 8785), whole numbers alone


def canonical(value, depth=0):
    need(depth <= 100, 'JSON is too deep')
    if value is None or value is True or value is False:
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, int):
        need(abs(value) <= SAFE, 'a number is not exact')
        return str(value)
    if isinstance(value, str):
        value.encode('utf-8')  # half a surrogate pair has no UTF-8
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return '[' + ','.join(canonical(each, depth + 1) for each in value) + ']'
    need(isinstance(value, dict), 'JSON has fractions')
    keys = sorted(value, key=lambda key: key.encode('utf-16-be', 'surrogatepass'))
    return '{' + ','.join(canonical(key) + ':' + canonical(value[key], depth + 1) for key in keys) + '}'


def parse(raw, where):
    """An object out of its canonical bytes."""
    try:
        text = raw.decode('utf-8')
        value = json.loads(text)
        need(isinstance(value, dict) and canonical(value) == text, 'not canonical')
        return value
    except (ValueError, RecursionError, Fault):
        raise Fault(where, 'is no canonical JSON object') from None


def is_count(value):
    return type(value) is int and 0 <= value <= SAFE


def is_hex(value):
    return isinstance(value, str) and re.fullmatch('[0-9a-f]{64}', value) is not None


def b64(value, where):
    try:
        raw = base64.b64decode(value.encode('ascii'), validate=True)
        need(base64.b64encode(raw).decode() == value, where, 'has base64 in another spelling')
        return raw
    except (ValueError, AttributeError):
        raise Fault(where, 'has no base64 where it must') from None


# --- the tree (RFC 6962 section 2.1), of which perfect subtrees are known by level and index


def node(left, right):
    return sha(b'\x01', left, right)


def largest_below(count):
    return 1 << (count - 1).bit_length() - 1


def merkle(leaves):
    if not leaves:
        return sha()
    while len(leaves) > 1:
        pairs = [node(leaves[at], leaves[at + 1]) for at in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[len(pairs) * 2:]
    return leaves[0]


def subtree(start, end, nodes, used):
    """The hash over leaves [start, end), out of the perfect subtrees it consists of."""
    count = end - start
    if count & (count - 1) == 0:
        name = '%d/%d' % (count.bit_length() - 1, start >> count.bit_length() - 1)
        used.add(name)
        need(name in nodes, 'the node', name, 'is missing')
        return nodes[name]
    middle = start + largest_below(count)
    return node(subtree(start, middle, nodes, used), subtree(middle, end, nodes, used))


def root_by_leaf(leaf, index, start, end, nodes, used):
    """The root, were this leaf at this index."""
    if end - start == 1:
        return leaf
    middle = start + largest_below(end - start)
    if index < middle:
        return node(root_by_leaf(leaf, index, start, middle, nodes, used), subtree(middle, end, nodes, used))
    return node(subtree(start, middle, nodes, used), root_by_leaf(leaf, index, middle, end, nodes, used))


def root_by_size(size, start, end, nodes, used):
    """The root, out of a part that ends with the earlier size and the parts beside it."""
    if end == size:
        return subtree(start, end, nodes, used)
    middle = start + largest_below(end - start)
    if size <= middle:
        return node(root_by_size(size, start, middle, nodes, used), subtree(middle, end, nodes, used))
    return node(subtree(start, middle, nodes, used), root_by_size(size, middle, end, nodes, used))


def path_root(leaf, index, count, path):
    """The root over so many leaves, were this one at this index; None when the path is not as long as it must be."""
    if count == 1:
        return leaf if not path else None
    if not path:
        return None
    half, sibling = largest_below(count), path[-1]
    if index < half:
        inner = path_root(leaf, index, half, path[:-1])
        return inner and node(inner, sibling)
    inner = path_root(leaf, index - half, count - half, path[:-1])
    return inner and node(sibling, inner)


class Nodes:
    """What nodes there are: those given with a proof, and those the proof before it used."""

    def __init__(self):
        self.kept = {}

    def prove(self, given, where, work):
        need(isinstance(given, dict), where, 'has no nodes')
        own = {name: b64(value, where) for name, value in given.items()}
        need(all(len(each) == 32 for each in own.values()), where, 'has a node that is no hash')
        need(not own.keys() & self.kept.keys(), where, 'has a node twice')
        used = set()
        nodes = {**self.kept, **own}
        try:
            result = work(nodes, used)
        except Fault as fault:
            raise Fault(where, str(fault)) from None
        need(own.keys() <= used, where, 'has a node that no proof needs')
        self.kept = {name: nodes[name] for name in used}
        return result


# --- files


def plain(path, name):
    try:
        found = os.lstat(path)
    except OSError:
        raise Fault(name, 'is missing or cannot be read') from None
    need(stat.S_ISREG(found.st_mode), name, 'is no file')
    return found.st_size


def small(path, name, most):
    need(plain(path, name) <= most, name, 'is too long')
    try:
        with open(path, 'rb') as file:
            return file.read(most + 1)
    except OSError:
        raise Fault(name, 'cannot be read') from None


class Lines:
    """The lines of a file, which is hashed as they come."""

    def __init__(self, folder, name, sums):
        self.name, self.sum, self.number = name, sums[name], 0
        self.hash, self.bytes = hashlib.sha256(), 0
        try:
            self.file = open(os.path.join(folder, name), 'rb')
        except OSError:
            raise Fault(name, 'cannot be read') from None

    def take(self):
        try:
            line = self.file.readline(MOST_LINE + 2)
        except OSError:
            raise Fault(self.name, 'cannot be read') from None
        self.hash.update(line)
        self.bytes += len(line)
        if not line:
            return None
        self.number += 1
        need(line.endswith(b'\n') and len(line) <= MOST_LINE + 1, self.where(), 'has no end, or is longer than 1 MiB')
        return line[:-1]

    def where(self):
        return '%s, line %d,' % (self.name, self.number)

    def finish(self):
        need(self.take() is None, self.where(), 'belongs to nothing')
        need(self.bytes == self.sum['bytes'] and self.hash.hexdigest() == self.sum['sha256'],
             self.name, 'is not the file of the manifest')
        self.file.close()


def check_sum(folder, name, sums):
    digest, count = hashlib.sha256(), 0
    try:
        with open(os.path.join(folder, name), 'rb') as file:
            while chunk := file.read(1 << 18):
                digest.update(chunk)
                count += len(chunk)
    except OSError:
        raise Fault(name, 'cannot be read') from None
    need({'bytes': count, 'sha256': digest.hexdigest()} == sums[name], name, 'is not the file of the manifest')


# --- signatures and checkpoints


def is_signed(pem, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ('key', 'message', 'signature')]
        for path, raw in zip(paths, (pem, message, signature)):
            with open(path, 'wb') as file:
                file.write(raw)
        command = ['openssl', 'pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', paths[0], '-in', paths[1],
                   '-sigfile', paths[2]]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def parse_note(raw, name):
    try:
        note = raw.decode('utf-8')
    except ValueError:
        raise Fault(name, 'is no UTF-8') from None
    text, empty, tail = note.rpartition('\n\n')
    text += '\n'
    found = re.fullmatch(
        r'([^\s+]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\nseries (0|[1-9][0-9]{0,15})\n'
        r'at ([0-9]{4}-\S+)\nrows (0|[1-9][0-9]{0,15})\n(?:[^\n]+\n)*', text)
    need(empty and tail.endswith('\n') and found and not re.search('[\x00-\x09\x0b-\x1f]', text), name,
         'is no checkpoint')
    origin, size, root, series, at, rows = found.groups()
    need(all(int(each) <= SAFE for each in (size, series, rows)), name, 'is no checkpoint')
    try:
        need(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', at, re.ASCII), name, 'has no time')
        datetime.datetime.strptime(at, '%Y-%m-%dT%H:%M:%S.%fZ')
    except ValueError:
        raise Fault(name, 'has a time that does not exist') from None
    signatures = []
    for line in tail[:-1].split('\n'):
        signed = re.fullmatch('\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})', line)
        need(signed, name, 'has a line that is no signature')
        value = b64(signed[2], name)
        need(len(value) > 4, name, 'has a signature that is too short')
        signatures.append((signed[1], value[:4], value[4:]))
    return {'origin': origin, 'size': int(size), 'root': b64(root, name), 'at': at, 'rows': int(rows), 'text': text,
            'signatures': signatures}


def note_signer(note, pem, raw_key):
    """True, False, or None when no signature is in the key's name."""
    key_id = sha(note['origin'].encode(), b'\n\x01', raw_key)[:4]
    own = [value for name, each, value in note['signatures'] if name == note['origin'] and each == key_id]
    return all(is_signed(pem, note['text'].encode(), value) for value in own) if own else None


# --- the bundle


def read_manifest(folder):
    raw = small(os.path.join(folder, 'manifest.json'), 'manifest.json', MOST_LINE)
    need(raw.endswith(b'\n'), 'manifest.json has no end')
    manifest = parse(raw[:-1], 'manifest.json')
    need(set(manifest) == MEMBERS and manifest['format'] == 1 and type(manifest['format']) is int,
         'manifest.json has not the members of one')
    need(manifest['kind'] in ('range', 'filtered') and isinstance(manifest['redacted'], bool), 'manifest.json: no kind')
    need(all(is_count(manifest[name]) for name in ('rows', 'blocks', 'size')), 'manifest.json: a count is none')
    need(is_hex(manifest['root']) and is_hex(manifest['key']), 'manifest.json: a hash is none')
    need(all(manifest[name] is None or is_hex(manifest[name]) for name in ('first_leaf', 'last_leaf')),
         'manifest.json: a leaf is none')
    for name in ('proves', 'does_not_prove'):
        need(isinstance(manifest[name], list) and all(isinstance(each, str) for each in manifest[name]),
             'manifest.json: no sentences')
    need(isinstance(manifest['origin'], str) and isinstance(manifest['filter'], dict), 'manifest.json: no filter')
    made = manifest['made_at']
    need(isinstance(made, str) and re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})Z', made, re.ASCII),
         'manifest.json: made_at is no moment')
    try:
        datetime.datetime.strptime(made[:19], '%Y-%m-%dT%H:%M:%S')
    except ValueError:
        raise Fault('manifest.json: made_at is no moment') from None
    names = set(ALWAYS)
    names |= set() if manifest['redacted'] else {'content.jsonl'}
    names |= {'blocks.jsonl'} if manifest['kind'] == 'range' else set()
    files = manifest['files']
    need(isinstance(files, dict) and set(files) == names, 'manifest.json lists other files')
    for name, each in files.items():
        need(isinstance(each, dict) and set(each) == {'bytes', 'sha256'} and is_count(each['bytes'])
             and is_hex(each['sha256']), 'manifest.json: the sum of', name, 'is none')
    return manifest


def parse_block(raw, where):
    block = parse(raw, where)
    need(set(block) - {'first_tx'} == BLOCK and block['v'] == 1, where, 'is no block')
    need(all(is_count(block[name]) for name in ('number', 'series', 'count')) and block['count'] <= 65536
         and is_hex(block['root']) and is_hex(block['previous']) and isinstance(block['at'], str), where, 'is no block')
    for name in ('through_tx', 'through_id', 'horizon', 'first_tx'):
        value = block.get(name, 0)
        need(type(value) is int or (isinstance(value, str) and re.fullmatch(r'-?[0-9]{16,20}', value)), where,
             'is no block')
    return block


class Bundle:
    def __init__(self, folder, manifest):
        self.manifest, self.tree_size, self.tree_root = manifest, manifest['size'], bytes.fromhex(manifest['root'])
        sums = manifest['files']
        self.rows, self.proofs = Lines(folder, 'rows.jsonl', sums), Lines(folder, 'proofs.jsonl', sums)
        self.content = None if manifest['redacted'] else Lines(folder, 'content.jsonl', sums)
        self.blocks = Lines(folder, 'blocks.jsonl', sums) if manifest['kind'] == 'range' else None
        self.wanted = self.next_content()
        self.leaves = [None, None]
        self.row_count = self.block_count = 0

    def next_content(self):
        raw = self.content and self.content.take()
        if raw is None:
            return None
        value = parse(raw, self.content.where())
        need(isinstance(value.get('event_id'), str), self.content.where(), 'is of no row')
        return value

    def row(self, block):
        raw = self.rows.take()
        need(raw is not None, 'rows.jsonl ends too early, in block', block['number'])
        leaf = sha(b'\x00', raw)
        self.leaves = [self.leaves[0] or leaf, leaf]
        self.row_count += 1
        return raw, leaf

    def check_content(self, raw):
        """After the row is known to be sealed."""
        if self.wanted is None or json.dumps(self.wanted['event_id'], ensure_ascii=False).encode() not in raw:
            return
        try:
            row = json.loads(raw.decode())
        except (ValueError, RecursionError):
            return
        if not isinstance(row, dict) or row.get('event_id') != self.wanted['event_id']:
            return
        where = self.content.where()
        for field, value in self.wanted.items():
            if field == 'event_id':
                continue
            need(isinstance(value, list) and len(value) == 2 and isinstance(value[1], str), where, 'has no value')
            salt = b64(value[0], where)
            need(len(salt) == 16 and row.get(field + '_hash') == sha(salt, value[1].encode()).hex(), where,
                 'is not what its row has the hash of')
        self.wanted = self.next_content()

    def check_in_tree(self, number, block_hash, nodes, used, where):
        root = root_by_leaf(block_hash, number, 0, self.tree_size, nodes, used)
        need(root == self.tree_root, where, 'is not in the tree of the checkpoint')

    def check_range(self, sealed):
        raw = self.proofs.take()
        need(raw is not None, 'proofs.jsonl is empty')
        where = self.proofs.where()
        claim = parse(raw, where)
        need(set(claim) == {'first', 'last', 'nodes'}, where, 'says no range')
        first, last = claim['first'], claim['last']
        is_none = first is None and last is None
        need(is_none or (is_count(first) and is_count(last) and first <= last < self.tree_size), where, 'says no range')
        ends, before, expected = {}, None, first
        while (line := self.blocks.take()) is not None:
            where = self.blocks.where()
            block = parse_block(line, where)
            need(not is_none and block['number'] == expected, where, 'is not the next block')
            if expected == 0:
                need(block['previous'] == '0' * 64, where, 'is not the first block')
            need(before is None or block['previous'] == before.hex(), where, 'does not follow the block before')
            before = sha(b'\x00', line)
            if expected in (first, last):
                ends[expected] = before
            expected += 1
            self.block_count += 1
            rows = [self.row(block) for _ in range(block['count'])]
            need(merkle([leaf for _, leaf in rows]).hex() == block['root'], 'rows.jsonl: the rows of block',
                 block['number'], 'are not those that were sealed')
            for row, _ in rows:
                self.check_content(row)
        need(is_none or expected == last + 1, 'blocks.jsonl ends too early')

        def both(nodes, used):
            for number, each in ends.items():
                self.check_in_tree(number, each, nodes, used, 'blocks.jsonl: block %d' % number)

        Nodes().prove(claim['nodes'], self.proofs.where(), both)
        if first == 0 and last == self.tree_size - 1:
            need(self.row_count == sealed, 'blocks.jsonl: the checkpoint speaks of', sealed, 'rows')
        return self.proofs.take()

    def check_filtered(self):
        known, last = Nodes(), -1
        while (raw := self.proofs.take()) is not None and not raw.startswith(b'{"consistent_from":'):
            where = self.proofs.where()
            claim = parse(raw, where)
            need(set(claim) == {'block', 'nodes', 'rows'} and isinstance(claim['block'], str)
                 and isinstance(claim['rows'], list) and claim['rows'], where, 'is no block with rows')
            line = claim['block'].encode()
            block = parse_block(line, where)
            need(last < block['number'] < self.tree_size, where, 'is out of order')
            last = block['number']
            self.block_count += 1
            known.prove(claim['nodes'], where, lambda nodes, used, number=last, line=line, where=where:
                        self.check_in_tree(number, sha(b'\x00', line), nodes, used, where))
            last_index = -1
            for each in claim['rows']:
                need(isinstance(each, list) and len(each) == 2 and is_count(each[0])
                     and last_index < each[0] < block['count'] and isinstance(each[1], list), where, 'has no rows')
                last_index = each[0]
                path = [b64(value, where) for value in each[1]]
                need(all(len(value) == 32 for value in path), where, 'has a path that is none')
                row, leaf = self.row(block)
                root = path_root(leaf, last_index, block['count'], path)
                need(root is not None and root.hex() == block['root'], self.rows.where(), 'was not sealed so')
                self.check_content(row)
        return raw

    def check_sizes(self, raw):
        roots, known, last = {0: sha(), self.tree_size: self.tree_root}, Nodes(), 0
        while raw is not None:
            where = self.proofs.where()
            claim = parse(raw, where)
            need(set(claim) == {'consistent_from', 'nodes'}, where, 'is no proof')
            size = claim['consistent_from']
            need(is_count(size) and last < size < self.tree_size, where, 'is out of order')
            last = size

            def work(nodes, used, size=size):
                need(root_by_size(size, 0, self.tree_size, nodes, used) == self.tree_root, 'it does not prove it')
                return self.root_of_first(size, nodes, used)

            roots[size] = known.prove(claim['nodes'], where, work)
            raw = self.proofs.take()
        return roots

    @staticmethod
    def root_of_first(size, nodes, used):
        return subtree(0, size, nodes, used)

    def check(self, sealed):
        raw = self.check_range(sealed) if self.blocks else self.check_filtered()
        self.rows.finish()
        need(self.wanted is None, 'content.jsonl: there is content of no row')
        roots = self.check_sizes(raw)
        for file in (self.proofs, self.blocks, self.content):
            if file:
                file.finish()
        need((self.row_count, self.block_count) == (self.manifest['rows'], self.manifest['blocks']),
             'manifest.json counts otherwise')
        need([leaf and leaf.hex() for leaf in self.leaves] == [self.manifest['first_leaf'], self.manifest['last_leaf']],
             'manifest.json names other leaves')
        return roots

    def close(self):
        for each in (self.rows, self.proofs, self.blocks, self.content):
            if each:
                each.file.close()


def read_known(path, note, made):
    known = parse_note(small(os.path.realpath(path), path, 65536), path)
    need(known['origin'] == note['origin'], path, 'is of another log')
    need(known['size'] <= note['size'] or known['at'][:23] > made[:23], path, 'shows that the end of the log was cut off')
    return known


def verify(folder, key=None, anchor=None, earlier=None):
    if key is not None:
        key = key.strip().replace(':', '').lower()
        need(is_hex(key), 'the key named is no fingerprint')
    try:
        names = os.listdir(folder)
    except OSError:
        raise Fault(folder, 'cannot be read') from None
    manifest = read_manifest(folder)
    sums = manifest['files']
    for name, each in sums.items():
        need(plain(os.path.join(folder, name), name) == each['bytes'], name, 'has not the bytes of the manifest')
    for name in names:
        need(name == 'manifest.json' or name in sums, ascii(name), 'is no file of the bundle')

    pem = small(os.path.join(folder, 'public-key.pem'), 'public-key.pem', 4096)
    found = re.fullmatch(rb'-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/]{59}=)\n-----END PUBLIC KEY-----\n', pem)
    need(found, 'public-key.pem is no Ed25519 key')
    der = b64(found[1].decode(), 'public-key.pem')
    need(der.startswith(bytes.fromhex('302a300506032b6570032100')), 'public-key.pem is no Ed25519 key')
    need(sha(der).hex() == manifest['key'], 'public-key.pem is not the key of the manifest')
    need(key is None or sha(der).hex() == key, 'public-key.pem is not the key that was named')
    check_sum(folder, 'public-key.pem', sums)
    members = {name: value for name, value in manifest.items() if name != 'signature'}
    signature = b64(manifest['signature'], 'manifest.json')
    message = b'recordroom log manifest v1\n' + canonical(members).encode()
    need(len(signature) == 64 and is_signed(pem, message, signature), 'manifest.json is not signed by the key')

    check_sum(folder, 'checkpoint', sums)
    note = parse_note(small(os.path.join(folder, 'checkpoint'), 'checkpoint', 65536), 'checkpoint')
    need(note_signer(note, pem, der[12:]) is True, 'checkpoint is not signed by the key')
    need((note['origin'], note['size'], note['root'].hex()) == (manifest['origin'], manifest['size'], manifest['root']),
         'checkpoint is not the one of the manifest')
    paths = [path for path in (anchor, earlier and os.path.join(earlier, 'checkpoint')) if path]
    known = [(path, read_known(path, note, manifest['made_at'])) for path in paths]

    bundle = Bundle(folder, manifest)
    try:
        roots = bundle.check(note['rows'])
    finally:
        bundle.close()
    for name in ('verify.mjs', 'verify.html', 'README.md'):
        check_sum(folder, name, sums)

    open_questions = [] if key else ['whose key it is']
    for path, each in known:
        signer = note_signer(each, pem, der[12:])
        need(signer is not False, path, 'is not signed by the key it names')
        root = roots.get(each['size'])
        if each['size'] > note['size']:
            open_questions.append(path + ' is newer than the export')
        elif root is None:
            open_questions.append(path + ': the bundle has no proof for its size')
        else:
            need(root == each['root'], path, 'is not extended by the log in this bundle')
            if signer is None:
                open_questions.append(path + ' is signed by another key')
    if not known:
        open_questions.append('whether it extends what was there before')
    return (2, 'Consistent. Not checked: ' + '; '.join(open_questions)) if open_questions else (0, 'Whole.')


def judge(folder, options):
    try:
        return verify(folder, **options)
    except Fault as fault:
        return 1, 'Not whole. ' + ' '.join(map(str, fault.args))


def parse_arguments(arguments):
    folders, options = [], {}
    rest = list(arguments)
    while rest:
        each = rest.pop(0)
        if each in ('--key', '--anchor', '--earlier') and rest:
            options[each[2:]] = rest.pop(0)
        else:
            folders.append(each)
    return folders, options


def main(arguments):
    if arguments == ['--many']:
        for line in sys.stdin:
            folders, options = parse_arguments(line.rstrip('\n').split('\t'))
            print(*judge(folders[0], options), flush=True)
        return 0
    folders, options = parse_arguments(arguments)
    if len(folders) != 1 or folders[0].startswith('--'):
        print(__doc__)
        return 1
    code, sentence = judge(folders[0], options)
    print(sentence)
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
