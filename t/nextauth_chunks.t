# Sessions that do not fit into one cookie: NAME.0, NAME.1 … are joined, and all of them deleted.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use NextCookies;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my %library = (nextauth => \&nextauth, authjs => \&authjs);
my %name = (nextauth => '__Secure-next-auth.session-token', authjs => '__Secure-authjs.session-token');
my $nginx = Nginx->new(
    realms => {map {
        $_ => "key v1 file=v1.key; token cookie=$name{$_} format=$_; @{[ $redis->directives ]}"
    } keys %name},
    http => 'large_client_header_buffers 4 48k;',
    echo => '$session_user|$session_source|$session_cache|$session_claim_last',
    locations => join('', map {
        "location = /$_ { auth_session $_; proxy_pass http://backend; }
         location = /$_/logout { session_logout $_; }"
    } keys %name),
);

sub deleted { sort map {/^([^=]+)=;.*Max-Age=0/} $_[0]->headers('Set-Cookie') }
sub pairs { my ($login) = @_; map {"$_=$login->{$_}"} sort keys %$login }

for my $format (sort keys %library) {
    my $name = $name{$format};
    my ($login, $other, $past, $short) = $library{$format}->(
        {secure => 1, claims => {text => long_text(8000), last => 'x'}},
        {secure => 1, user => '43', claims => {text => long_text(4000)}},
        {secure => 1, max_age => -10, claims => {text => long_text(8000)}},
        {secure => 1, user => '44'});
    my @pairs = pairs($login);
    my $get = sub { $nginx->get("/$format", map {"Cookie: $_"} @_) };
    my $hit = sub { $get->(pairs($other))->body =~ /HIT/ };
    eventually { $hit->() && sleep(0.2) && $hit->() } 5, "$format: answers are kept";
    is_deeply [sort keys %$login], [map {"$name.$_"} 0 .. 2], "$format: in three chunks";
    is $get->(join '; ', @pairs)->body, "42|cookie:$name|MISS|x", "$format: joined";
    is $get->(join '; ', reverse @pairs)->body, "42|cookie:$name|HIT|x", "$format: in another order, and known";
    is $get->(@pairs[2, 0, 1])->body, "42|cookie:$name|HIT|x", "$format: in lines of their own";
    is $get->(join '; ', @pairs, "$name.x=1", "$name.00=2", "$name.3=", "${name}0=3", "$name.100=4")->answer,
        '200 valid', "$format: cookies beside them";

    # What makes no token.
    my %broken = (
        'the first is missing' => [@pairs[1, 2]],
        'the second is missing' => [@pairs[0, 2]],
        'one is there twice' => [@pairs, $pairs[1]],
        'a whole token, there twice' => [("$name.0=" . whole($short)) x 2],
        'too long together' => [map {"$name.$_=" . 'x' x 8000} 0 .. 4],
    );
    for my $case (sort keys %broken) {
        my $response = $get->(join '; ', @{$broken{$case}});
        is $response->answer, '401 malformed', "$format: $case";
        my %sent = map { /^([^=]+)=/ => 1 } @{$broken{$case}};
        is_deeply [deleted($response)], [sort keys %sent], "$format: $case: what was sent is deleted";
    }
    my $response = $get->(join '; ', @pairs[0, 1]);
    is $response->status, 401, "$format: the last is missing";
    is_deeply [deleted($response)], $response->reason eq 'malformed' ? [sort map {/^([^=]+)/} @pairs[0, 1]] : [],
        "$format: " . $response->reason;
    $response = $get->(join '; ', $pairs[0], (pairs($other))[1]);
    is $response->status, 401, "$format: chunks of two tokens";

    # A cookie of the whole name beside the chunks is a token of its own.
    is $get->(join '; ', @pairs, pairs($short))->body =~ s/\|.*//r, '44', "$format: the short one is tried first";
    is $get->(join '; ', @pairs, "$name=bad")->body =~ s/\|.*//r, '42', "$format: and the chunks next";
    $response = $get->(join '; ', pairs($past), "$name=bad");
    is $response->answer, '401 malformed', "$format: both bad: the first tells";
    is_deeply [deleted($response)], [$name, map {"$name.$_"} 0 .. 2], "$format: all are deleted";
    $response = $get->(join '; ', pairs($past));
    is $response->answer, '401 expired', "$format: expired";
    is_deeply [deleted($response)], [map {"$name.$_"} 0 .. 2], "$format: every chunk is deleted, nothing else";
    is_deeply [deleted($get->(join '; ', pairs($past), pairs($short)))], [], "$format: none of a good session's";

    # Logout ends what came in chunks.
    $response = $nginx->post("/$format/logout", jar($login), 'Origin: http://evil.example');
    is $response->answer, '403 origin', "$format: a logout by another site, with chunks alone";
    $response = $nginx->post("/$format/logout", jar($login));
    is $response->status, 200, "$format: logout";
    is_deeply [deleted($response)], [map {"$name.$_"} 0 .. 2], "$format: every chunk is deleted";
    is $get->(join '; ', @pairs)->answer, '401 revoked', "$format: it is out";
}

done;
