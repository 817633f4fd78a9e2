# A reload whose keys cannot be read is refused and says why; the old configuration goes on serving.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v1 v2);
my $good = 'key v1 file=v1.key; cookie access_token;';
my $nginx = Nginx->new(realm => $good);
my $token = mint({}, key => 'v1');

write_file('empty.key', '');
write_file('newline.key', "\n");
write_file('cut.key', "-----BEGIN PRIVATE KEY-----\nMIIB\n");
write_file('odd.key', 'abc');
write_file('set.json', '{"keys":[]}');

for my $case (
    ['a missing file', 'key v2 file=absent.key;', qr/absent\.key/],
    ['an empty file', 'key v2 file=empty.key;', qr/key "v2"/],
    ['nothing but a newline', 'key v2 file=newline.key;', qr/key "v2"/],
    ['a cut PEM file', 'key v2 file=cut.key;', qr/key "v2"/],
    ['hexadecimal digits that are odd', 'key v2 file=odd.key encoding=hex;', qr/key "v2".*hex/],
    ['a folder', 'key v2 file=.;', qr/key/],
    ['a set without keys', 'key_set file=set.json;', qr/set\.json/],
) {
    my ($name, $realm, $message) = @$case;
    $nginx->forget_log;
    my %workers = map { $_ => 1 } $nginx->workers;
    ok !$nginx->reload(realm => "$realm $good"), "$name is refused";
    my ($line) = $nginx->log_lines(qr/\[emerg\]/);
    like $line, $message, 'the line names what is wrong';
    like $line, qr/nginx\d+\.conf:\d+/, 'and the line of the configuration';
    is scalar(grep { !$workers{$_} } $nginx->workers), 0, 'the workers are the old ones';
    is $nginx->get('/', cookie($token))->answer, '200 valid', 'and serve as before';
}
$nginx->allow_log(qr/\.conf:\d+$/);

ok $nginx->reload(realm => "key v2 file=v2.key; $good"), 'the mended configuration is taken';
is $nginx->get('/', cookie(mint({}, key => 'v2')))->answer, '200 valid', 'the new key verifies';
is $nginx->get('/', cookie($token))->answer, '200 valid', 'the old one too';

done;
