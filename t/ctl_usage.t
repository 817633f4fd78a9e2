# session-ctl: help, wrong usage, files that are none, and what each exits with.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;

new_key('v1');
new_key('v2');
new_key('rsa', 'rsa');
write_file('empty.key', '');
write_file('short.key', "short\n");
write_file('set.json', '{"keys":[]}');
write_file('list.json', '[1]');
write_file('password', "secret\n");
my $token = mint({sub => '42'});

for my $command ('', qw(verify inspect mint revoke stale epoch list stats cleanup)) {
    my $help = ctl($command || (), '--help');
    is $help->status, 0, "$command --help";
    like $help->output, qr/^Usage: session-ctl \Q$command\E/, "$command: its usage";
    is $help->errors, '', "$command: and no error";
}
my ($listed) = ctl('--help')->output;
like $listed, qr/^  $_ /m, "$_ is listed" for qw(verify inspect mint revoke stale epoch list stats cleanup);

my @key = qw(--key v1=v1.key);
my @user = qw(--redis 127.0.0.1:1 --user 42);
for my $case (
    ['a command is missing'],
    ['no such command: "verifi"', 'verifi'],
    ['no such option: --keys', 'verify', '--keys', 'v1.key'],
    ['no such option: -k', 'verify', '-k', 'v1.key'],
    ['--key needs a value', 'verify', '--key'],
    ['--json takes no value', 'verify', '--json=1'],
    ['--issuer stands there twice', 'verify', '--issuer', 'a', '--issuer=b'],
    ['a key is missing', 'verify', '--stdin'],
    ['one TOKEN, or --stdin', 'verify', @key],
    ['one TOKEN, or --stdin', 'verify', @key, $token, $token],
    ['one TOKEN, or --stdin', 'verify', @key, '--stdin', $token],
    ['cannot read "nowhere.key": No such file', 'verify', '--key', 'v1=nowhere.key', '--stdin'],
    ['cannot read ".": Is a directory', 'verify', '--key', 'v1=.', '--stdin'],
    ['"empty.key": ', 'verify', '--key', 'v1=empty.key', '--stdin'],
    ['two keys "v1"', 'verify', @key, '--key', 'v1=v2.key', '--stdin'],
    ['two keys "v1"', 'verify', '--key', 'v1.key', @key, '--stdin'],
    ['the ID of a key', 'verify', '--key', '=v1.key', '--stdin'],
    ['no such algorithm: "HS1"', 'verify', '--key', 'v1=v1.key,alg=HS1', '--stdin'],
    ['"encoding" is raw', 'verify', '--key', 'v1=v1.key,encoding=latin', '--stdin'],
    ['"until" is a time', 'verify', '--key', 'v1=v1.key,until=tomorrow', '--stdin'],
    ['key set "set.json": ', 'verify', '--key-set', 'set.json', '--stdin'],
    ['--leeway is a time', 'verify', @key, '--leeway', '5x', '--stdin'],
    ['--leeway is a time', 'verify', @key, '--leeway', '', '--stdin'],
    ['--claims takes', 'verify', @key, '--claims', 'subjekt=x', '--stdin'],
    ['--user is missing', 'mint', @key],
    ['is no name', 'mint', @key, '--user', "4\n2"],
    ['cannot sign', 'mint', '--key', 'rsa=rsa.pub', '--user', '42'],
    ['is no JSON object', 'mint', @key, '--user', '42', '--payload', 'list.json'],
    ['one of --url', 'stats'],
    ['one of --url', 'stats', '--url', 'http://127.0.0.1:1/', '--redis', '127.0.0.1:1'],
    ['--redis is HOST:PORT', 'stats', '--redis', '127.0.0.1'],
    ['--url is http', 'stats', '--url', 'ftp://127.0.0.1/'],
    ['--redis-database is a number', 'stats', '--redis', '127.0.0.1:1', '--redis-database', 'x'],
    ['no such argument: "42"', 'stats', '--redis', '127.0.0.1:1', '42'],
    ['one of --user', 'revoke', @user],
    ['one of --user', 'revoke', @user, '--all', '--stdin'],
    ['--user is missing', 'revoke', '--redis', '127.0.0.1:1', '--id', 's'],
    ['--expires is "now"', 'revoke', @user, '--id', 's', '--expires', 'later'],
    ['only one of', 'stale', @user, '--deleted', '--remove'],
    ['--before is missing', 'epoch', '--redis', '127.0.0.1:1'],
) {
    my ($message, @words) = @$case;
    my $result = ctl(@words);
    is $result->status, 2, "$message: " . ($words[0] // '');
    like $result->errors, qr/^session-ctl: .*\Q$message\E.*\nSee "session-ctl (?:\w+ )?--help"\.\n\z/s, 'what is wrong, and where help is';
    is $result->output, '', 'nothing else';
}

# A weak key is used, with a warning.
my $weak = ctl(qw(verify --key v1=short.key --stdin));
is $weak->status, 0, 'a short secret';
like $weak->errors, qr/^session-ctl: warning: key "v1": "short.key": /, 'is warned of';

# Nobody answers: 3.
for my $place (['--redis', '127.0.0.1:' . free_port()], ['--redis', 'unix:nowhere.sock'],
    ['--url', 'http://127.0.0.1:' . free_port() . '/admin']) {
    my $result = ctl('stats', @$place, '--json');
    is $result->status, 3, "nobody at @$place";
    like $result->errors, qr/^session-ctl: (?:redis|nginx): .+\n\z/, 'says so';
    like $result->json->{error}, qr/^(?:redis|nginx): /, 'as JSON too';
}
is ctl('verify', @key, $token, {full => 1})->status, 3, 'a full disk is no success';

done;
