# What a worker remembers of tokens that it has met, and of what speaks for them: more than it has room for, of several
# realms and stores, through changes that other workers have learned of, through reloads, and when nobody tells more.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $other = RedisServer->new;
my $key = 'key v1 file=v1.key; cookie access_token;';
my %realms = (
    app => "$key revocation cached max_stale=1s; @{[ $redis->directives ]}",
    other => "$key revocation cached max_stale=1s; @{[ $other->directives ]}",
    strict => "$key revocation strict; @{[ $redis->directives ]}",
);
my $nginx = Nginx->new(
    workers => 2,
    realms => \%realms,
    server => Everywhere::server(),
    locations => join "\n", 'location / { auth_session app; proxy_pass http://backend; }',
        map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(other strict),
);
my $all = Everywhere->new($nginx);

# Both workers know the token: the first time from the zone, then by what they remember.
sub known {
    my ($path, $cookie) = @_;
    return eventually {
        3 == grep { $all->agree('200 valid HIT', $path, $cookie) } 1 .. 3
    } 5, "$path: known";
}

# One token, in realms that share the key, but not the store.
my $token = cookie(mint({sub => 'u', jti => 'j', sid => 's', tenant => 't'}));
known($_, $token) for qw(/ /other /), '/other';
ok $all->agree('200 valid BYPASS', '/strict', $token), 'strict' for 1 .. 3;
$other->cli('SET', 'session:revoked:{u}:j', 1);
eventually { $all->agree('401 revoked', '/other', $token) } 3, 'revoked in the one store';
ok $all->agree('200 valid', $_, $token), "$_: not in the other" for qw(/ /strict);
$redis->cli('SET', 'session:revoked:{u}:s', 1);
ok $all->agree('401 revoked', '/strict', $token), 'strict: at once';
eventually { $all->agree('401 revoked', '/', $token) } 3, 'revoked in the other';

# A worker that has met a token hears of what only its neighbour has looked up.
my $second = cookie(mint({sub => 'v', jti => 'j2'}));
known('/', $second);
$redis->cli('SET', 'session:stale:{v}', time + 5);
eventually { $all->agree('401 stale', '/', $second) } 3, 'a mark';
$redis->cli('DEL', 'session:stale:{v}');
known('/', $second);
$redis->cli('SET', 'session:epoch', time + 5);
eventually { $all->agree('401 epoch', '/', $second) } 3, 'the epoch of all';
$redis->cli('DEL', 'session:epoch');
known('/', $second);

# Its expiry counts, however well it is known.
my $short = cookie(mint({sub => 'w', jti => 'j3', exp => time + 4}));
known('/', $short);
eventually { $all->agree('401 expired', '/', $short) } 8, 'it expires';

# A known token is compared byte by byte, or by its digest where it is long: nothing else with its end is taken for it.
for my $more ('', 'x' x 4500) {
    my $good = mint({sub => 'y', jti => 'j4', more => $more});
    known('/', cookie($good));
    my ($header, $payload, $signature) = split /\./, $good;
    my $other = (split /\./, mint({sub => 'z', jti => 'j4', more => $more}))[1];
    my $changed = substr($signature, 0, 1) eq 'A' ? 'B' : 'A';
    my %forged = (
        payload => "$header.$other.$signature",
        'one more letter' => "$header.${payload}A.$signature",
        header => "A$header.$payload.$signature",
        'the beginning of the signature' => "$header.$payload.$changed" . substr($signature, 1),
        'nothing but the signature' => $signature,
    );
    for my $part (sort keys %forged) {
        ok $all->agree('401 ', '/', cookie($forged{$part})), length($good) . " bytes, another: $part" for 1 .. 2;
    }
    ok $all->agree('200 valid HIT', '/', cookie($good)), 'itself is still good';
}

# More tokens than there are places, sent twice: each verdict is that of its own session.
my @many = map { [$_, mint({sub => "m$_", jti => "j$_"})] } 1 .. 3000;
my ($client) = $all->clients;
for my $round (1 .. 3) {
    my %answers;
    ++$answers{Everywhere::say_on($client, '/', cookie($_->[1]))->answer} for @many;
    is_deeply \%answers, {'200 valid' => scalar @many}, "round $round: all are good";
}
my @revoked = grep { $_->[0] % 3 == 0 } @many;
$redis->cli('SET', "session:revoked:{m$_->[0]}:j$_->[0]", 1) for @revoked[0 .. 99];
sleep 0.3;
my %wrong;
for my $one (@many[0 .. 299]) {
    my $expected = $one->[0] % 3 == 0 ? '401 revoked' : '200 valid';
    my $answer = Everywhere::say_on($client, '/', cookie($one->[1]))->answer;
    $wrong{$one->[0]} = $answer if $answer ne $expected;
}
is_deeply \%wrong, {}, 'a hundred of three hundred are revoked, and no others';

# A reload: other settings, another verdict, and back.
known('/', $second);
ok $nginx->reload(realms => {%realms, app => "$realms{app} issuer https://issuer.example;"}, drained => 1), 'a reload';
$all->connect;
ok $all->agree('401 claims', '/', $second), 'it is of no such issuer' for 1 .. 2;
ok $nginx->reload(realms => \%realms, drained => 1), 'and back';
$all->connect;
known('/', $second);

# Nobody tells any more: the proof ends with "max_stale".
$redis->pause;
sleep 1.2;
ok $all->agree('503 store', '/', $second), 'Redis stands still, and nobody is let in';
$redis->resume;
known('/', $second);

done;
