# session_status by key, version, source and format: with the time of the last use, which tells when an old key or source
# is no longer needed. Counts follow names: keys that change places on a reload, or go, take nothing with them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v1 v2 v3);
my $redis = RedisServer->new;
my %key = map { $_ => "key $_ file=$_.key;" } qw(v1 v2 v3);
my $rest = "resign off; cookie access_token; token cookie=access_token; token bearer; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    workers => 2,
    realm => "$key{v2} $key{v1} $rest",
    http => 'map $session_user $yes { 42 1; }',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /require { auth_session app; auth_session_require $yes; proxy_pass http://backend; }
        location = /status { session_status; }',
);
sub app { $nginx->get('/status')->json->{realms}{app} }

# "valid refused" by the names of a list, and the time of the last valid one.
sub uses { my ($list, @names) = @_; return {map { (join(' ', @$_{@names}) => "$_->{valid} $_->{refused}") } @{app()->{$list}}} }
sub versions { uses('verified', 'key', 'version') }
sub sources { uses('sources', 'source', 'format') }
sub last_used { my ($id) = @_; (map { $_->{last_used} } grep { $_->{key} eq $id } @{app()->{keys}})[0] }

is_deeply versions(), {}, 'no token yet';
is_deeply [map {"$_->{key} $_->{role}"} @{app()->{keys}}], ['v2 current', 'v1 fallback'], 'the keys';
is last_used('v1'), undef, 'never used';

my $start = time;
my $new = mint({sub => 'a', version => 'v2'}, key => 'v2');
my $old = mint({sub => 'b', version => 'v1'}, key => 'v1');
$nginx->get('/', cookie($new)) for 1 .. 5;
$nginx->get('/', bearer($old)) for 1 .. 3;
$nginx->get('/', bearer(mint({exp => 1, version => 'v1'}, key => 'v1'))) for 1 .. 2;
$nginx->get('/', bearer(mint({sub => 'c', version => 7}, key => 'v2')));
$nginx->get('/', bearer(tamper(mint({version => 'forged'}, key => 'v2')))) for 1 .. 2;
is_deeply versions(), {'v2 v2' => '5 0', 'v1 v1' => '3 2', 'v2 7' => '1 0'}, 'by key and version, of good signatures only';
is_deeply sources(), {'cookie:access_token jwt' => '5 0', 'bearer jwt' => '4 2'}, 'by source and format';
cmp_ok last_used('v1'), '>=', $start, 'the time of the last use';
cmp_ok last_used('v1'), '<=', time, 'is a time';
cmp_ok app()->{cache}{hits}, '>', 3, 'on the short way too';

my $mine = mint({version => 'v2'}, key => 'v2');
$nginx->get('/require', cookie($mine)) for 1 .. 3;
is versions()->{'v2 v2'}, '8 0', 'with requirements as well';

# The time is that of use, not that of the last refusal.
my $used = last_used('v1');
sleep 1.1;
$nginx->get('/', bearer(mint({exp => 1, version => 'v1'}, key => 'v1')));
is last_used('v1'), $used, 'an expired token does not need its key';
$nginx->get('/', bearer($old));
cmp_ok last_used('v1'), '>', $used, 'a valid one does';

# A rotation: the new key comes first, so that all have other places; then the old one goes.
my $turned = $rest =~ s/(token cookie=\S+) (token bearer;)/$2 $1/r;
ok $nginx->reload(realm => "$key{v3} $key{v2} $key{v1} $turned", drained => 1), 'a new key, and another order of sources';
$nginx->get('/', bearer($old)) for 1 .. 2;
$nginx->get('/', cookie($new)) for 1 .. 2;
$nginx->get('/', bearer(mint({version => 'v3'}, key => 'v3')));
is_deeply versions(), {'v2 v2' => '10 0', 'v1 v1' => '6 3', 'v2 7' => '1 0', 'v3 v3' => '1 0'}, 'each count goes on';
is sources()->{'bearer jwt'}, '8 3', 'that of a source, too';
ok $nginx->reload(realm => "$key{v3} $key{v2} $rest", drained => 1), 'the old key is dropped';
is_deeply [map {"$_->{key} $_->{role}"} @{app()->{keys}}], ['v3 current', 'v2 fallback', 'v1 former'], 'and told to be a former one';
is versions()->{'v1 v1'}, '6 3', 'its count stays';
$nginx->get('/', bearer($old));
is versions()->{'v1 v1'}, '6 3', 'and is not added to';

# More versions than there is room for.
my $total = 0;
$nginx->get('/', bearer(mint({version => "build-$_"}, key => 'v3'))) for 1 .. 100;
$nginx->get('/', bearer(mint({version => 'x' x 200}, key => 'v2')));
my $versions = versions();
cmp_ok scalar(keys %$versions), '<', 50, 'a bounded number of versions';
like $versions->{'v3 other'}, qr/^\d\d+ 0$/, 'the others in one';
$total += (split ' ', $versions->{$_})[0] for grep {/^v3 /} keys %$versions;
is $total, 101, 'none is lost';
ok $versions->{'v2 other'}, 'another key has others of its own';
ok $nginx->reload(realm => "$key{v3} $key{v2} zone 4m; $rest", drained => 1), 'a zone of another size';
is_deeply versions(), $versions, 'takes them along';

done;
